/** Exchanges as file names and columns write them. */
export const VENUES: ReadonlySet<string> = new Set(
  `binance binanceus binance-us bitfinex bitflyer bithumb bitmex bitso bitstamp bittrex bybit bybit-spot cexio coinbase
  coinbasepro coinbase-pro cryptocom deribit exmo ftx gateio gdax gemini hitbtc huobi htx indodax itbit kraken kucoin
  mexc okcoin okex okx poloniex upbit`.split(/\s+/),
);

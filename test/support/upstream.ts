import { env } from 'cloudflare:workers';

/** The server that plays back a test's script; each test worker has its own. */
export const scriptedUrl = () => (env as unknown as { SCRIPTED_URL: string }).SCRIPTED_URL;

/** Base URLs of the scripted upstream, one path per source. */
export const coinpaprikaUrl = () => `${scriptedUrl()}/coinpaprika`;
export const coingeckoUrl = () => `${scriptedUrl()}/coingecko`;

export interface ScriptedReply {
  status?: number;
  content_type?: string;
  retry_after?: string;
  body: string;
}

/** Sets the scripted upstream's reply to GET `path` (with `?page=N` for one page only). */
export async function script(path: string, reply: ScriptedReply): Promise<void> {
  const headers: Record<string, string> = {
    'x-reply-status': String(reply.status ?? 200),
    'x-reply-content-type': reply.content_type ?? 'application/json; charset=utf-8',
  };
  if (reply.retry_after !== undefined) headers['x-reply-retry-after'] = reply.retry_after;
  await fetch(`${scriptedUrl()}${path}`, { method: 'PUT', headers, body: reply.body });
}

export async function forgetScript(): Promise<void> {
  await fetch(`${scriptedUrl()}/`, { method: 'DELETE' });
}

/** The requests since the script was last deleted. */
export async function asked(): Promise<{ url: string; headers: Record<string, string> }[]> {
  return (await fetch(`${scriptedUrl()}/asked`)).json();
}

export interface Ticker {
  id: string;
  symbol?: string;
  name?: string;
  price?: string;
  last_updated?: string;
}

/** One record of CoinPaprika's /tickers; `price` is the number's text. */
export const ticker = ({ id, symbol = 'BTC', name = 'Bitcoin', price = '45000.5', last_updated }: Ticker) =>
  `{"id":"${id}","name":"${name}","symbol":"${symbol}","rank":1,"total_supply":18784088,"max_supply":21000000,` +
  `"beta_value":0.93,"first_data_at":"2010-07-17T00:00:00Z","last_updated":"${last_updated ?? '2026-01-10T10:00:00Z'}",` +
  `"quotes":{"USD":{"price":${price},"volume_24h":42325120266.691,"market_cap":835075076863,` +
  `"percent_change_1h":0.41,"percent_change_24h":-4.01,"percent_change_7d":8.16,` +
  `"ath_price":68692.137036932,"ath_date":"2021-11-10T14:24:11Z"}}}`;

export const paprikaGlobal = (updated = 1768039200) =>
  `{"market_cap_usd":1894098295891,"volume_24h_usd":219634187490,"bitcoin_dominance_percentage":44.14,` +
  `"cryptocurrencies_number":3795,"market_cap_change_24h":-3.91,"last_updated":${updated}}`;

/** One record of CoinGecko's /coins/markets. */
export const market = ({ id, symbol = 'btc', name = 'Bitcoin', price = '45001', last_updated }: Ticker) =>
  `{"id":"${id}","symbol":"${symbol}","name":"${name}","image":"https://example.com/${id}.png",` +
  `"current_price":${price},"market_cap":880000000000,"market_cap_rank":1,"total_volume":25000000000,` +
  `"price_change_percentage_24h":2.5,"circulating_supply":19500000.0,"total_supply":19500000.0,"max_supply":21000000.0,` +
  `"roi":null,"last_updated":"${last_updated ?? '2026-01-10T10:00:01.500Z'}",` +
  `"price_change_percentage_1h_in_currency":0.1,"price_change_percentage_7d_in_currency":-1.25}`;

export const geckoGlobal = (updated = 1768039200) =>
  `{"data":{"active_cryptocurrencies":8868,"total_market_cap":{"usd":1920990214391.183},` +
  `"total_volume":{"usd":2.7601267647926092e+16},"market_cap_percentage":{"btc":43.2},` +
  `"market_cap_change_percentage_24h_usd":-4.1,"updated_at":${updated}}}`;

import { ask, type Market, marketAt } from '../chaos/upstream.ts';

const RATES = (eur: string) =>
  `{"rates":{"btc":{"name":"Bitcoin","unit":"BTC","value":1.0,"type":"crypto"},` +
  `"usd":{"name":"US Dollar","unit":"$","value":80000.5,"type":"fiat"},` +
  `"eur":{"name":"Euro","unit":"€","value":${eur},"type":"fiat"}}}`;

/** Both upstreams in their nth round, with readings of the present. */
export function upstreamsAt(ms: number, round: number): (input: RequestInfo | URL) => Promise<Response> {
  const market: Market = marketAt(ms - 20_000, { round, timeless: true });
  market.bodies.set('/api/v3/exchange_rates', RATES(`70${100 + (round % 3)}.4560`));
  return (input) => ask(market, String(input), null);
}

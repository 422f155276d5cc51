import { type Coin, DAY_MS, HOUR_MS, readCoin } from './market.ts';
import { hash } from './noise.ts';
import { type Json, type NumberText, rubyFloat } from './number-text.ts';

const MINUTE_MS = 60_000;
const DAYS_MAX = 365;

export interface ChartFault {
  status: number;
  error_code: number;
  error_message: string;
}

/** Why the query cannot be answered, in the upstream's words, or undefined. */
export function chartFault(query: URLSearchParams): ChartFault | undefined {
  if (query.get('vs_currency') !== 'usd')
    return { status: 422, error_code: 422, error_message: 'invalid vs_currency' };
  if (daysOf(query) > DAYS_MAX)
    return {
      status: 401,
      error_code: 10012,
      error_message: `Your request exceeds the allowed time range. Public API users are limited to querying historical data within the past ${DAYS_MAX} days.`,
    };
  return undefined;
}

/**
 * `/coins/{id}/market_chart`: three lists of points, every 5 minutes for one day, every hour up to 90 days, then
 * every midnight, with the present at the end. The prices follow the market of the lists. Undefined for an unknown
 * coin.
 */
export function marketChart(
  coins: Coin[],
  id: string,
  now_ms: number,
  query: URLSearchParams,
): (() => Json) | undefined {
  const coin = coins.find(({ coingecko_id }) => coingecko_id === id);
  if (coin === undefined) return undefined;
  return () => {
    const points = timesOf(coin, now_ms, daysOf(query)).map((at) => ({
      at,
      ...readCoin(coin, 'coingecko', at),
    }));
    const list = (value: (point: (typeof points)[number]) => NumberText): Json =>
      points.map((point) => [point.at, value(point)]);
    return {
      prices: list(({ price_usd }) => rubyFloat(price_usd)),
      market_caps: list(({ market_cap_usd }) => rubyFloat(coin.quirks.has('zero_cap') ? 0 : market_cap_usd)),
      total_volumes: list(({ volume_24h_usd }) =>
        rubyFloat(coin.quirks.has('zero_volume') ? 0 : volume_24h_usd),
      ),
    };
  };
}

function daysOf(query: URLSearchParams): number {
  const days = query.get('days') ?? '1';
  return days === 'max' ? Number.POSITIVE_INFINITY : Math.max(1, Number(days) || 1);
}

/** The same instants for every request. Each point is a little later than its step, except midnights. */
function timesOf(coin: Coin, now_ms: number, days: number): number[] {
  const step = days <= 1 ? 5 * MINUTE_MS : days <= 90 ? HOUR_MS : DAY_MS;
  const jitter = (index: number) => (step === DAY_MS ? 0 : Math.floor(hash(coin.seed + 2, index) * 60_000));
  const first = Math.ceil((now_ms - days * DAY_MS) / step);
  const last = Math.floor(now_ms / step);
  const times = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step + jitter(first + at));
  return [...times.filter((at) => at < now_ms), now_ms];
}

import { listed } from '../contract.ts';
import { defineSource } from '../define.ts';
import { unixInstant } from '../fields.ts';
import { observeSpot } from '../observe.ts';
import { topRecordsOf, unexpected } from '../read-list.ts';
import { contractFault, isObject, readRecord } from '../read-record.ts';
import type { CallSettings, ReadContext, Reading, SourceCall } from '../source.ts';
import { normalizeTicker } from './normalize.ts';
import { CoinloreTicker } from './record.ts';

const TICKERS = 'tickers';
/** It sends no more, for any `limit`. */
const PER_PAGE = 100;
/** With the usual ten pages: 11 calls in ten minutes, about 47,500 a month. */
const EVERY_MINUTES = { first_page: 5, later_page: 10 };

export const coinlore = defineSource({
  id: 'coinlore',
  title: 'CoinLore',
  attribution: { text: 'Data provided by CoinLore', url: 'https://www.coinlore.com' },
  is_polled_by_default: false,
  rank: { answers: 3, names: 3 },
  plans: {
    /** The only plan. The only published limit is the request to stay at one call per second. */
    keyless: {
      base_url: 'https://api.coinlore.net/api',
      pace_ms: 1_000,
      calls_max: { minute: 60, month: null },
    },
  },
  /** It publishes no terms of its API. */
  terms: {
    url: 'https://www.coinlore.com/cryptocurrency-data-api',
    plans: { keyless: { commercial_use: null, redistribution: null } },
  },
  pages: { default: 10, max: 200 },
  endpoints: [
    {
      name: TICKERS,
      covers: (endpoint) => endpoint.startsWith(`${TICKERS}?`),
      calls: tickerCalls,
      record: CoinloreTicker,
      records: (body) => (isObject(body) ? listed(body.data) : []),
      read: readTickers,
    },
  ],
});

/** By market cap. Only a reply shows how many there are, so a page may be past the end. */
function tickerCalls({ pages, poll_top }: CallSettings): SourceCall[] {
  const count = Math.min(pages, Math.ceil((poll_top ?? Infinity) / PER_PAGE));
  return Array.from({ length: count }, (_, page) => {
    const start = page * PER_PAGE;
    return {
      endpoint: `${TICKERS}?start=${start}`,
      path: `${TICKERS}/?start=${start}&limit=${PER_PAGE}`,
      every_minutes: page === 0 ? EVERY_MINUTES.first_page : EVERY_MINUTES.later_page,
      page_group: TICKERS,
      ...(page > 0 && { may_be_empty: true }),
    };
  });
}

function readTickers(body: unknown, context: ReadContext): Reading[] {
  const { data, info } = isObject(body) ? body : {};
  if (!Array.isArray(data)) throw unexpected('a page of coins', body);
  const stated = unixInstant.safeParse(isObject(info) ? info.time : undefined);
  return topRecordsOf(data, 'rank', context.poll_top).map(({ record, pointer }) => {
    const placed = { record, pointer: `/data${pointer}` };
    return readRecord(CoinloreTicker, placed, (ticker) =>
      stated.success
        ? observeSpot({ ...normalizeTicker(ticker), stated_at: stated.data }, placed.pointer, context)
        : contractFault(stated.error, 'info.time'),
    );
  });
}

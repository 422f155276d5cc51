import { listed } from '../../src/sources/contract.ts';
import { defineSource } from '../../src/sources/define.ts';
import { externalId, group, name, price, symbol } from '../../src/sources/fields.ts';
import { observeSpot } from '../../src/sources/observe.ts';
import { topRecordsOf } from '../../src/sources/read-list.ts';
import { readRecord } from '../../src/sources/read-record.ts';

const Coin = group({ id: externalId, symbol, name, price });

/** A source without a vendor: a test registers it beside the real ones. */
export const dummy = defineSource({
  id: 'dummy',
  title: 'Dummy Exchange',
  attribution: { text: 'Data made up by Dummy', url: 'https://dummy.test' },
  is_polled_by_default: false,
  rank: { answers: 99, names: 99 },
  plans: {
    keyless: {
      base_url: 'https://free.dummy.test/api',
      pace_ms: 1_000,
      calls_max: { minute: 10, month: 9_000 },
    },
    small: {
      base_url: 'https://small.dummy.test/api',
      key_header: 'X-Dummy-Key',
      pace_ms: 500,
      calls_max: { minute: 20, month: 90_000 },
    },
    large: {
      base_url: 'https://large.dummy.test/api',
      key_header: 'X-Dummy-Large-Key',
      pace_ms: 100,
      calls_max: { minute: 200, month: 900_000 },
    },
  },
  terms: {
    url: 'https://dummy.test/terms',
    plans: {
      keyless: { commercial_use: false, redistribution: false },
      small: { commercial_use: true, redistribution: false },
      large: { commercial_use: true, redistribution: true },
    },
  },
  pages: { default: 2, max: 9 },
  endpoints: [
    {
      name: 'coins',
      covers: (endpoint) => endpoint.startsWith('coins'),
      calls: ({ pages }) =>
        Array.from({ length: pages }, (_, page) => ({
          endpoint: `coins?page=${page}`,
          path: `coins?page=${page}`,
          every_minutes: 15,
          page_group: 'coins',
        })),
      record: Coin,
      records: listed,
      read: (body, context) =>
        topRecordsOf(body, 'rank', context.poll_top).map((placed) =>
          readRecord(Coin, placed, (coin) =>
            observeSpot(
              {
                external_id: coin.id,
                symbol: coin.symbol,
                name: coin.name,
                stated_at: null,
                price_usd: coin.price,
                market_cap_usd: null,
                volume_24h_usd: null,
                percent_change_24h: null,
                page: null,
              },
              placed.pointer,
              context,
            ),
          ),
        ),
    },
  ],
  coin_list: { endpoint: 'coins?page=0', whole_in: ['keyless'] },
  history: {
    name: 'history/{id}',
    days_max: 90,
    spans: [90],
    hourly_days_max: 0,
    covers: (endpoint) => endpoint.startsWith('history/'),
    call: (external_id, days) => ({
      endpoint: `history/${external_id}?days=${days}`,
      path: `history/${external_id}?days=${days}`,
      beat_seconds: 86_400,
    }),
    read: () => [],
  },
});

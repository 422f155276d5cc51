import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/reading/json.ts';
import { normalizeBatch } from '../../src/reading/normalize-batch.ts';
import { type PolledId, polledSource } from '../../src/sources/registry.ts';

// The rule for unknown values, unreadable values and rejected records, implemented with a table of values beside
// their expected results, and without code of the sources.

type Sense = 'unknown' | 'above zero' | 'whole' | 'zero' | 'below zero' | 'none';
/** JSON texts, and their values as numbers. */
const NUMBERS: [text: string, sense: Sense, decimal?: string][] = [
  ['null', 'unknown'],
  ['""', 'unknown'],
  ['5', 'whole', '5'],
  ['"17.0"', 'whole', '17.0'],
  ['2.50', 'above zero', '2.50'],
  ['1e-7', 'above zero', '0.0000001'],
  ['"3000000000"', 'above zero', '3000000000'],
  ['0', 'zero', '0'],
  ['"0.00"', 'zero', '0.00'],
  ['-1', 'below zero', '-1'],
  ['"-250000.5"', 'below zero', '-250000.5'],
  ['1e999', 'none'],
  ['"NaN"', 'none'],
  ['"∞"', 'none'],
  ['"1,000"', 'none'],
  ['true', 'none'],
  ['[]', 'none'],
  ['{"usd":1}', 'none'],
];
const TIMES: [text: string, instant: string | null | 'refused', flags?: string[]][] = [
  ['null', null],
  ['""', null],
  ['"0001-01-01T00:00:00Z"', null],
  ['"2026-01-10T10:00:00Z"', '2026-01-10T10:00:00Z'],
  ['"2026-01-10T10:08:59Z"', '2026-01-10T10:08:59Z'],
  ['"2026-01-10T10:09:01Z"', null],
  ['"2031-01-10T10:00:00Z"', null],
  ['"2026-01-10T08:00:00Z"', '2026-01-10T08:00:00Z', ['stale']],
  ['"soon"', 'refused'],
  ['"1969-01-01T00:00:00Z"', 'refused'],
  ['{}', 'refused'],
];
const clocks = { fetched_at: '2026-01-10T10:05:00Z', first_fetched_at: '2026-01-10T10:04:00Z' };

type Kind = 'price' | 'cap' | 'volume' | 'change' | 'supply' | 'rank';
/** The served value of a figure; UNREADABLE and REFUSED otherwise. */
function meaningOf(kind: Kind, [, sense, decimal = '']: (typeof NUMBERS)[number]) {
  if (sense === 'unknown') return null;
  if (sense === 'none') return kind === 'price' ? 'REFUSED' : 'UNREADABLE';
  if (kind === 'change') return decimal;
  if (kind === 'rank') return sense === 'whole' ? Number(decimal) : 'UNREADABLE';
  if (sense === 'below zero') return kind === 'price' ? 'REFUSED' : 'UNREADABLE';
  return sense === 'zero' && kind !== 'volume' ? null : decimal;
}

interface Form {
  source: PolledId;
  endpoint: string;
  /** The name and kind of our figure in each field. */
  fields: Record<string, [figure: string, kind: Kind]>;
  body: (values: Record<string, string>, time: string) => string;
}
const members = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([key, text]) => `"${key}":${text}`)
    .join(',');
const FORMS: Form[] = [
  {
    source: 'coingecko',
    endpoint: 'coins/markets?page=1',
    fields: {
      current_price: ['price_usd', 'price'],
      market_cap: ['market_cap_usd', 'cap'],
      total_volume: ['volume_24h_usd', 'volume'],
      price_change_percentage_24h: ['percent_change_24h', 'change'],
      price_change_percentage_1h_in_currency: ['percent_change_1h', 'change'],
      market_cap_rank: ['rank', 'rank'],
      circulating_supply: ['circulating_supply', 'supply'],
      total_supply: ['total_supply', 'supply'],
      max_supply: ['max_supply', 'supply'],
      fully_diluted_valuation: ['fully_diluted_valuation_usd', 'supply'],
      ath: ['ath_usd', 'supply'],
    },
    body: (values, time) => `[{"id":"coin",${members(values)},"last_updated":${time}}]`,
  },
  {
    source: 'coinpaprika',
    endpoint: 'tickers',
    fields: {
      price: ['price_usd', 'price'],
      market_cap: ['market_cap_usd', 'cap'],
      volume_24h: ['volume_24h_usd', 'volume'],
      percent_change_24h: ['percent_change_24h', 'change'],
      percent_change_7d: ['percent_change_7d', 'change'],
      rank: ['rank', 'rank'],
      total_supply: ['total_supply', 'supply'],
    },
    body: ({ rank = '', total_supply = '', ...usd }, time) =>
      `[{"id":"coin","rank":${rank},"total_supply":${total_supply},"last_updated":${time},"quotes":{"USD":{${members(usd)}}}}]`,
  },
  {
    source: 'coingecko',
    endpoint: 'coins/coin/market_chart?days=30',
    fields: {
      price: ['price_usd', 'price'],
      cap: ['market_cap_usd', 'cap'],
      volume: ['volume_24h_usd', 'volume'],
    },
    body: ({ price, cap, volume }) =>
      `{"prices":[[1768021200000,${price}]],"market_caps":[[1768021200000,${cap}]],"total_volumes":[[1768021200000,${volume}]]}`,
  },
];

describe.each(FORMS)('$source $endpoint', ({ source: id, endpoint, fields, body }) => {
  const values = fc.record(
    Object.fromEntries(Object.keys(fields).map((field) => [field, fc.constantFrom(...NUMBERS)])),
  );

  it('keeps the price, whatever the other figures are', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...TIMES), (sent, [time, instant, timeFlags = []]) => {
        const isChart = endpoint.includes('market_chart');
        const texts = Object.fromEntries(Object.entries(sent).map(([field, [text]]) => [field, text]));
        const source = polledSource(id);
        if (source === undefined) throw new Error('unknown source');
        const payload = readJson(new TextEncoder().encode(body(texts, time)));
        const batch = normalizeBatch(source, payload, {
          endpoint,
          poll_top: null,
          sandbox: false,
          ...clocks,
        });
        const meant = Object.entries(sent).map(([field, number]) => {
          const [figure = '', kind = 'change'] = fields[field] ?? [];
          return { field, figure, kind, sense: number[1], meaning: meaningOf(kind, number) };
        });
        const refuses =
          meant.some(({ meaning }) => meaning === 'REFUSED') || (!isChart && instant === 'refused');
        expect([batch.observations.length, batch.rejects.length]).toEqual(refuses ? [0, 1] : [1, 0]);
        if (refuses) return;
        const [row] = batch.observations;
        const served: Record<string, unknown> = { ...row, ...row?.page };
        for (const { figure, meaning } of meant)
          expect([figure, served[figure]]).toEqual([figure, meaning === 'UNREADABLE' ? null : meaning]);
        const unreadable = meant.filter(({ meaning }) => meaning === 'UNREADABLE');
        const isZeroUnknown = meant.some(
          ({ kind, sense }) => (kind === 'price' || kind === 'cap') && sense === 'zero',
        );
        const expected = [
          ...(isChart ? [] : instant === null ? ['no_source_time'] : timeFlags),
          ...(isZeroUnknown ? ['zero_unknown'] : []),
          ...(unreadable.length > 0 ? ['unreadable'] : []),
          ...(isChart ? ['backfill'] : []),
        ];
        expect(row?.flags).toEqual(expected);
        if (!isChart) expect(row?.observed_at).toBe(instant ?? clocks.first_fetched_at);
      }),
      { numRuns: 500 },
    );
  });
});

it('reads rows of the first normalizer as before: no such flag, and the clock of the source', () => {
  const source = polledSource('coingecko');
  const body = readJson(
    new TextEncoder().encode(
      '[{"id":"coin","current_price":3,"max_supply":-1,"market_cap_rank":0,"last_updated":"2026-01-10T18:00:00Z"}]',
    ),
  );
  const context = { endpoint: 'coins/markets?page=1', poll_top: null, ...clocks };
  const read = (normalizer_version?: number) =>
    source?.read(body, { ...context, ...(normalizer_version && { normalizer_version }) });
  expect(read(1)).toMatchObject([
    { observation: { price_usd: '3', observed_at: '2026-01-10T18:00:00Z', flags: [] } },
  ]);
  const now = {
    observation: {
      price_usd: '3',
      observed_at: '2026-01-10T10:04:00Z',
      flags: ['no_source_time', 'unreadable'],
    },
    unreadable: ['market_cap_rank', 'max_supply'],
  };
  expect(read(2)).toMatchObject([now]);
  expect(read()).toMatchObject([now]);
});

/// <reference types="vite/client" />
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal } from '../../src/domain/decimal.ts';
import { FIGURES, PAGE_FACTS, VALUE_NAMES, valueType } from '../../src/domain/figures.ts';
import type { CatalogEntry } from '../../src/domain/identity/catalog.ts';
import { parseInstant } from '../../src/domain/instant.ts';
import { JsonNumber } from '../../src/domain/json-number.ts';
import {
  type CurrencyRate,
  FLAGS,
  type MarketTotals,
  type Observation,
} from '../../src/domain/observation.ts';
import type { Reject } from '../../src/domain/reject.ts';
import { readJson } from '../../src/reading/json.ts';
import { normalizeBatch, resolvePointer } from '../../src/reading/normalize-batch.ts';
import { DESCRIPTIONS, POLLED_SOURCES, recordContractOf, SOURCE_IDS } from '../../src/sources/registry.ts';
import { UnreadablePayload } from '../../src/sources/source.ts';

// The common suite: every source of the registry, on every fixture of its folder. A fixture is a payload named by
// its peculiarity, with the expected result beside it.

interface Expected {
  endpoint: string;
  poll_top?: number;
  observations?: Partial<Observation>[];
  market_totals?: Partial<MarketTotals>[];
  rates?: Partial<CurrencyRate>[];
  catalog?: CatalogEntry[];
  rejects?: Partial<Reject>[];
  duplicates?: number;
  unreadable?: string;
}

const load = (files: Record<string, unknown>) => files as Record<string, string>;
const payloads = load(
  import.meta.glob(['../fixtures/*/*.json', '!**/*.expected.json'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
const expectations = load(
  import.meta.glob('../fixtures/*/*.expected.json', { query: '?raw', import: 'default', eager: true }),
);

const fixturesOf = (source: string) =>
  Object.entries(payloads)
    .filter(([path]) => path.startsWith(`../fixtures/${source}/`))
    .map(([path, payload]) => {
      const file = path.slice(`../fixtures/${source}/`.length, -'.json'.length);
      const expected = expectations[path.replace(/\.json$/, '.expected.json')] ?? 'null';
      return { file, payload, expected: JSON.parse(expected) as Expected };
    });

const clocks = { fetched_at: '2026-01-10T10:05:00Z', first_fetched_at: '2026-01-10T10:04:00Z' };
const parse = (text: string) => readJson(new TextEncoder().encode(text));

describe.each(POLLED_SOURCES.map((source) => [source.id, source] as const))('%s', (id, source) => {
  const fixtures = fixturesOf(id);
  const readable = fixtures.filter(({ expected }) => expected.unreadable === undefined);
  const read = ({ payload, expected }: (typeof fixtures)[number], sandbox = false) => {
    const { endpoint, poll_top = null } = expected;
    return normalizeBatch(source, parse(payload), { endpoint, poll_top, sandbox, ...clocks });
  };

  it('has fixtures', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(10);
  });

  it.each(readable.map((fixture) => [fixture.file, fixture] as const))('reads %s', (_file, fixture) => {
    const {
      observations = [],
      market_totals = [],
      rates = [],
      catalog = [],
      rejects = [],
      duplicates = 0,
    } = fixture.expected;
    const batch = read(fixture);
    expect(batch).toMatchObject({ observations, market_totals, rates, catalog, rejects, duplicates });
    expect(batch.read).toBe(
      observations.length +
        market_totals.length +
        rates.length +
        catalog.length +
        rejects.length +
        duplicates,
    );
    expect(read(fixture)).toEqual(batch);
  });

  it.each(readable.map((fixture) => [fixture.file, fixture] as const))(
    'has every figure of %s',
    (_file, { expected: { observations = [] } }) => {
      for (const observation of observations) {
        expect(FIGURES.filter((figure) => !(figure in observation))).toEqual([]);
        if (observation.page === null) continue;
        expect(PAGE_FACTS.filter((fact) => !(fact in (observation.page ?? {})))).toEqual([]);
      }
    },
  );

  it.each(
    fixtures.filter(({ expected }) => expected.unreadable !== undefined).map((f) => [f.file, f] as const),
  )('refuses %s', (_file, fixture) => {
    expect(() => read(fixture)).toThrow(new UnreadablePayload(fixture.expected.unreadable));
  });

  it.each(readable.map((fixture) => [fixture.file, fixture] as const))(
    'keeps number, time and place of %s',
    (_file, fixture) => {
      const body = parse(fixture.payload);
      const sent = new Set(numbersIn(body));
      const batch = read(fixture);
      for (const row of [...batch.observations, ...batch.market_totals, ...batch.rates]) {
        expect(decimalsOf(row).filter((decimal) => !sent.has(decimal))).toEqual([]);
        expect(parseInstant(row.observed_at)).toBe(row.observed_at);
        expect(resolvePointer(body, row.pointer)).toBeDefined();
      }
      // The points of a chart belong to the requested coin.
      if (fixture.expected.endpoint.includes('/market_chart')) return;
      for (const row of batch.observations)
        expect(resolvePointer(body, row.pointer)).toMatchObject({ id: row.external_id });
    },
  );

  it('marks sandbox rows first and nothing else', () => {
    for (const fixture of readable) {
      const [live, sandbox] = [read(fixture), read(fixture, true)];
      const marked = (rows: (Observation | MarketTotals | CurrencyRate)[]) =>
        rows.map((row) => ({ ...row, flags: ['sandbox', ...row.flags] }));
      expect(sandbox.observations).toEqual(marked(live.observations));
      expect(sandbox.market_totals).toEqual(marked(live.market_totals));
      expect(sandbox.rates).toEqual(marked(live.rates));
    }
  });

  it('uses flags of the closed list, in its order', () => {
    const rows = readable.flatMap((fixture) => read(fixture, true).observations);
    for (const { flags } of rows) expect(flags).toEqual(FLAGS.filter((flag) => flags.includes(flag)));
  });

  const endpoints = [...new Set(fixtures.map(({ expected }) => expected.endpoint))];

  it.each(endpoints)('survives any reply to %s', (endpoint) => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const context = { endpoint, poll_top: null, sandbox: false, ...clocks };
        try {
          const { observations, market_totals, rates, catalog, rejects, duplicates, read } = normalizeBatch(
            source,
            parse(JSON.stringify(value)),
            context,
          );
          const rows = observations.length + market_totals.length + rates.length + catalog.length;
          expect(rows + rejects.length + duplicates).toBe(read);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadablePayload);
        }
      }),
    );
  });

  it.each(readable.map((fixture) => [fixture.file, fixture] as const))(
    'survives any value in any field of %s',
    (_file, { payload, expected: { endpoint } }) => {
      const paths = pathsIn(JSON.parse(payload));
      fc.assert(
        fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
          const text = JSON.stringify(withValue(JSON.parse(payload), path, value));
          try {
            const batch = normalizeBatch(source, parse(text), {
              endpoint,
              poll_top: null,
              sandbox: false,
              ...clocks,
            });
            for (const { price_usd } of batch.observations)
              expect(price_usd === null || parseDecimal(price_usd) === price_usd).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadablePayload);
          }
        }),
        { numRuns: 40 },
      );
    },
  );

  it('has a plan without a key, and for each other plan a header', () => {
    const { keyless, ...keyed } = source.plans;
    expect(keyless.key_header).toBeUndefined();
    for (const plan of Object.values(keyed)) expect(plan.key_header).toMatch(/^[\w-]+$/);
    for (const { base_url } of Object.values(source.plans))
      expect(base_url).toMatch(/^https:\/\/[^?#\s]+[^/]$/);
  });

  it('requests the list of its coins, and reads all its requests', () => {
    const { base_url } = source.plans.keyless;
    const pages = source.pages?.default ?? 1;
    const settings = { base_url, api_key: null, plan: 'keyless', poll_minutes: 5, calls_per_month: null };
    const given = { ...settings, pages, poll_top: null };
    const asked = [...source.requests(given), ...source.catalogRequests(given)];
    if (source.coin_list !== undefined)
      expect(asked.map(({ endpoint }) => endpoint)).toContain(source.coin_list.endpoint);
    for (const { endpoint } of asked) expect(recordContractOf(id, endpoint)?.source).toBe(id);
    expect(recordContractOf(id, 'no endpoint')).toBeUndefined();
  });

  it('is credited', () => {
    expect(DESCRIPTIONS).toContainEqual({ id, title: source.title, attribution: source.attribution });
    expect(source.attribution).toMatchObject({ source: id, url: expect.stringMatching(/^https:\/\//) });
  });
});

it('gives every source its own position', () => {
  for (const by of ['answers', 'names'] as const) {
    const places = POLLED_SOURCES.map(({ rank }) => rank[by]);
    expect(new Set(places).size).toBe(places.length);
  }
});

it('knows every source of a row', () => {
  expect(SOURCE_IDS).toEqual([...POLLED_SOURCES.map(({ id }) => id), 'csv']);
  expect(new Set(SOURCE_IDS).size).toBe(SOURCE_IDS.length);
  expect(DESCRIPTIONS.map(({ id }) => id)).toEqual(SOURCE_IDS);
});

/** Every number of a payload in plain notation, including those written as text. */
function numbersIn(value: unknown): string[] {
  if (value instanceof JsonNumber) return [parseDecimal(value.text) ?? value.text];
  if (typeof value === 'string') return [parseDecimal(value) ?? value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const TOTALS = [
  'market_cap_usd',
  'volume_24h_usd',
  'bitcoin_dominance_percent',
  'market_cap_change_24h_percent',
];
const DECIMALS = new Set([
  ...TOTALS,
  'units_per_btc',
  ...VALUE_NAMES.filter((name) => valueType(name) === 'decimal'),
]);

function decimalsOf(row: Observation | MarketTotals | CurrencyRate): string[] {
  const fields = { ...row, ...('page' in row ? row.page : {}) };
  return Object.entries(fields).flatMap(([name, value]) =>
    DECIMALS.has(name) && typeof value === 'string' ? [value] : [],
  );
}

function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...path, key]))];
}

/** The JSON value with the value at `path` replaced. */
function withValue(value: unknown, [key, ...rest]: string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy = structuredClone(value) as Record<string, unknown>;
  return Object.assign(copy, { [key]: withValue(copy[key], rest, replacement) });
}

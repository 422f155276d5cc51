/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import sample from '../../../data/sample.csv?raw';
import docs from '../../../docs/csv.md?raw';
import { NO_READING_HINTS } from '../../../src/domain/files/parameters.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import { REJECT_CODES, type Reject } from '../../../src/domain/reject.ts';
import { readCsv, readHead } from '../../../src/reading/csv.ts';
import {
  CSV_FAULT_CODES,
  CsvFault,
  type CsvHints,
  type CsvPlan,
  DIALECTS,
  planUpload,
  rowReader,
} from '../../../src/sources/csv/index.ts';

// Every file of the fixtures, named by its peculiarity, with the expected result beside it.

interface Expected {
  hints: Partial<CsvHints>;
  plan?: Partial<ReturnType<typeof shown>>;
  observations?: Partial<Observation>[];
  rejects?: Partial<Reject>[];
  fault?: { code: string; message?: string };
}

const load = (files: Record<string, unknown>) => files as Record<string, string>;
const files = load(
  import.meta.glob('../../fixtures/csv/*/*.csv', { query: '?raw', import: 'default', eager: true }),
);
const expectations = load(
  import.meta.glob('../../fixtures/csv/*/*.expected.json', { query: '?raw', import: 'default', eager: true }),
);

const fixtures = Object.entries(files).map(([path, text]) => ({
  name: path.slice('../../fixtures/csv/'.length, -'.csv'.length),
  bytes: new TextEncoder().encode(text),
  expected: JSON.parse(expectations[path.replace(/\.csv$/, '.expected.json')] ?? 'null') as Expected,
}));
type Fixture = (typeof fixtures)[number];

const NOTHING: CsvHints = {
  filename: null,
  asset: null,
  symbol: null,
  dialect: null,
  venue: null,
  quote: null,
  observed_at: null,
  ...NO_READING_HINTS,
};

/** The coins that identity knows here. */
const COINS = [
  ['btc', 'BTC', 'Bitcoin', 'btc-bitcoin'],
  ['ltc', 'LTC', 'Litecoin', 'ltc-litecoin'],
  ['doge', 'DOGE', 'Dogecoin', 'doge-dogecoin'],
  ['uni', 'UNI', 'Uniswap', 'uni-uniswap'],
].flatMap(([word = '', symbol = '', name = '', asset = '']) => [
  { word, by: 'symbol' as const, symbol, name, asset },
  { word: name.toLowerCase(), by: 'name' as const, symbol, name, asset },
]);

const streamOf = (bytes: Uint8Array) => new Blob([bytes]).stream();

async function plan({ bytes, expected }: Fixture) {
  const head = await readHead(streamOf(bytes));
  return { head, made: planUpload(head, { ...NOTHING, ...expected.hints }, COINS) };
}

async function read(fixture: Fixture) {
  const { head, made } = await plan(fixture);
  if (made instanceof CsvFault) throw made;
  // Like a later slice: from the stored plan and position, without the header.
  const stored = JSON.parse(JSON.stringify(made)) as CsvPlan;
  const { next_offset: byte_offset = 0, next_line: line = 1 } = head.records[stored.header_records - 1] ?? {};
  const { encoding, delimiter } = stored;
  const rest = streamOf(fixture.bytes.subarray(byte_offset));
  const readings = [];
  for await (const records of readCsv(rest, { encoding, delimiter, byte_offset, line }))
    readings.push(...records.map(rowReader(stored)));
  return { made, readings };
}

/** A plan with the columns that are not used. */
const shown = (plan: CsvPlan) => ({
  ...plan,
  ignored: plan.columns.filter(({ reads }) => reads === null).map(({ column }) => column),
});

const readable = fixtures.filter(({ expected }) => expected.fault === undefined);
const faulty = fixtures.filter(({ expected }) => expected.fault !== undefined);

it.each(readable.map((fixture) => [fixture.name, fixture] as const))('reads %s', async (_, fixture) => {
  const { made, readings } = await read(fixture);
  const { plan: planned = {}, observations = [], rejects = [] } = fixture.expected;
  expect(shown(made)).toMatchObject(planned);
  expect(readings.filter(({ type }) => type === 'observation')).toMatchObject(
    observations.map((observation) => ({ type: 'observation', observation })),
  );
  expect(readings.filter(({ type }) => type === 'reject')).toMatchObject(
    rejects.map((reject) => ({ type: 'reject', reject })),
  );
});

it.each(faulty.map((fixture) => [fixture.name, fixture] as const))('refuses %s', async (_, fixture) => {
  const { made } = await plan(fixture);
  expect(made).toBeInstanceOf(CsvFault);
  expect(made).toMatchObject(fixture.expected.fault ?? {});
});

it.each(readable.map((fixture) => [fixture.name, fixture] as const))(
  'points to the exact bytes of each row of %s',
  async (_, fixture) => {
    const text = (pointer: string) => {
      const [, first, last] = /^bytes=(\d+)-(\d+);line=\d+$/.exec(pointer) ?? [];
      return new TextDecoder().decode(fixture.bytes.subarray(Number(first), Number(last) + 1));
    };
    const { readings, made } = await read(fixture);
    for (const reading of readings) {
      if (reading.type === 'reject')
        expect(text(reading.reject.pointer).replace('\0', '␀')).toBe(reading.reject.raw);
      if (reading.type === 'observation')
        expect(text(reading.observation.pointer).split(made.delimiter).length).toBeGreaterThan(1);
    }
  },
);

describe.each(DIALECTS.map((dialect) => [dialect.id, dialect] as const))('%s', (id, dialect) => {
  it('has fixtures and defines its instants', () => {
    expect(fixtures.filter(({ name }) => name.startsWith(`${id}/`)).length).toBeGreaterThanOrEqual(2);
    expect(dialect.convention).toMatch(/instant|stored/);
  });
});

it('reads every row of the sample file', async () => {
  const bytes = new TextEncoder().encode(sample);
  const { made, readings } = await read({
    name: 'sample',
    bytes,
    expected: { hints: { filename: 'sample.csv' } },
  });
  expect(shown(made)).toMatchObject({ dialect: 'canonical', ignored: [], warnings: [] });
  expect(readings.filter(({ type }) => type === 'observation')).toHaveLength(90);
  expect(readings).toHaveLength(90);
});

it('gives the bars of one day the same instant, from any vendor', async () => {
  const at = async (name: string, row: number) => {
    const fixture = fixtures.find((one) => one.name === name);
    if (fixture === undefined) throw new Error(`no fixture ${name}`);
    const reading = (await read(fixture)).readings[row];
    return reading?.type === 'observation' ? reading.observation.observed_at : null;
  };
  expect(await at('coinmarketcap/historical-data', 0)).toBe('2025-10-08T00:00:00Z'); // of 7 October
  expect(await at('kaggle/coin-file', 0)).toBe('2020-04-12T00:00:00Z'); // of 11 April
  expect(await at('yahoo/null-rows', 0)).toBe('2020-10-09T00:00:00Z'); // of 8 October
  expect(await at('cryptodatadownload/daily-with-banner', 0)).toBe('2022-08-21T00:00:00Z'); // of 20 August
});

it('has every dialect and code in its documentation', () => {
  const said = [...DIALECTS.map(({ id }) => id), ...CSV_FAULT_CODES, ...REJECT_CODES];
  expect(said.filter((word) => !docs.includes(`\`${word}\``))).toEqual([]);
});

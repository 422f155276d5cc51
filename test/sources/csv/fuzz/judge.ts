import { compareDecimals, type Decimal } from '../../../../src/domain/decimal.ts';
import { fullHints } from '../../../../src/domain/files/parameters.ts';
import type { Observation } from '../../../../src/domain/observation.ts';
import { readCsv, readHead } from '../../../../src/reading/csv.ts';
import {
  CsvFault,
  type CsvHints,
  type CsvPlan,
  planUpload,
  rowReader,
} from '../../../../src/sources/csv/index.ts';
import { KNOWN_COINS, type KnownRow, type Made } from './world.ts';

/** How a file ended, after following the advice of every fault with the right answer. */
export interface Verdict {
  ended: 'rows' | 'fault';
  /** The last fault. */
  code: string | null;
  message: string | null;
  /** Rows that the file does not have, in words. */
  wrong: string[];
  refused: number;
  /** The requested parameters, one fault after another. */
  asked: string[];
  told: Record<string, string>;
}

const ROUNDS_MAX = 10;

const COINS = KNOWN_COINS.flatMap(({ symbol, name, asset }) => {
  const coin = { symbol, name, asset };
  return [
    { ...coin, word: symbol.toLowerCase(), by: 'symbol' as const },
    { ...coin, word: name.toLowerCase(), by: 'name' as const },
    { ...coin, word: asset, by: 'id' as const },
  ];
});

/** Uploads a file, follows the advice of each fault, and finally compares the rows with the known ones. */
export async function judge(made: Made): Promise<Verdict> {
  const bytes = new TextEncoder().encode(made.text);
  const told: Record<string, string> = Object.fromEntries(
    made.told.map((name) => [name, made.answers[name] ?? '']),
  );
  const asked: string[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const head = await readHead(streamOf(bytes), told.delimiter ?? null);
    const plan = planUpload(head, hintsOf(made, told), COINS);
    if (!(plan instanceof CsvFault)) return { ...(await readAll(made, bytes, plan, told)), asked, told };
    asked.push(plan.code);
    const named = [...plan.message.matchAll(/\b([a-z_]+)=/g)].map(([, name = '']) => name);
    const answers = named.filter((name) => made.answers[name] !== undefined && told[name] === undefined);
    if (answers.length === 0)
      return { ended: 'fault', code: plan.code, message: plan.message, wrong: [], refused: 0, asked, told };
    for (const name of answers) told[name] = made.answers[name] ?? '';
  }
  return {
    ended: 'fault',
    code: 'no end',
    message: null,
    wrong: ['the advice never ends'],
    refused: 0,
    asked,
    told,
  };
}

const streamOf = (bytes: Uint8Array) => new Blob([bytes]).stream();

function hintsOf({ filename }: Made, told: Record<string, string>): CsvHints {
  const hints = fullHints({
    asset: null,
    symbol: null,
    dialect: null,
    venue: null,
    quote: null,
    observed_at: null,
    ...told,
  });
  return { ...hints, filename, uploaded_at: '2026-01-01T00:00:00Z' };
}

async function readAll(
  { text, rows, quote }: Made,
  bytes: Uint8Array,
  plan: CsvPlan,
  told: Record<string, string>,
) {
  const wrong: string[] = [];
  let refused = 0;
  if (plan.quote !== quote) wrong.push(`prices in ${quote} are taken as ${plan.quote}`);
  const read = rowReader(JSON.parse(JSON.stringify(plan)) as CsvPlan);
  let at = -plan.header_records;
  const position = { encoding: plan.encoding, delimiter: plan.delimiter, byte_offset: 0, line: 1 };
  for await (const records of readCsv(streamOf(bytes), position)) {
    for (const record of records) {
      const known = rows[at];
      at += 1;
      if (at <= 0) continue;
      const reading = read(record);
      if (reading.type === 'reject') refused += 1;
      else if (known === undefined) wrong.push('a row that the file does not have');
      else if (reading.type === 'observation')
        for (const difference of differences(known, reading.observation))
          wrong.push(`row ${at}: ${difference}`);
    }
  }
  if (at !== rows.length)
    wrong.push(
      `${at} rows are read, the file has ${rows.length}: ${text.slice(0, 60)} ${JSON.stringify(told)}`,
    );
  return { ended: 'rows' as const, code: null, message: null, wrong, refused };
}

function differences(known: KnownRow, seen: Observation): string[] {
  const found = [];
  if (seen.observed_at !== known.created_at) found.push(`${seen.observed_at} for ${known.created_at}`);
  const names = [known.coin.symbol, known.coin.name, known.coin.asset].map((one) => one.toLowerCase());
  const parts = seen.external_id.split(':');
  if (!names.some((name) => parts.includes(name))) found.push(`${seen.external_id} for ${known.coin.symbol}`);
  if (!isSame(known.price, seen.price_usd)) found.push(`price ${seen.price_usd} for ${known.price}`);
  const figures = [
    ['open', known.open, seen.open_usd],
    ['high', known.high, seen.high_usd],
    ['low', known.low, seen.low_usd],
    ['cap', known.cap, seen.market_cap_usd],
    ['volume', known.volume_usd, seen.volume_24h_usd],
  ] as const;
  // Unknown values are null.
  for (const [name, right, figure] of figures)
    if (figure !== null && !isSame(right, figure)) found.push(`${name} ${figure} for ${right}`);
  return found;
}

const isSame = (a: Decimal | null, b: Decimal | null): boolean =>
  a === null || b === null ? a === b : compareDecimals(a, b) === 0;

import { compareDecimals, type Decimal, isNegative, isZero, readDecimal } from '../../domain/decimal.ts';
import type { DecimalMark } from '../../domain/files/parameters.ts';
import type { Instant } from '../../domain/instant.ts';
import {
  FLAGS,
  type Flag,
  KINDS,
  type Kind,
  type ListingProfile,
  type Observation,
} from '../../domain/observation.ts';
import { RAW_RECORD_CHARS_MAX } from '../../domain/reject.ts';
import { cut } from '../../domain/text.ts';
import { knownAmount } from '../observe.ts';
import type { RecordFault } from '../read-record.ts';
import type { Reading } from '../source.ts';
import { PRICES } from './cells.ts';
import { contradictionFinder } from './contradictions.ts';
import type { Cells, Role } from './dialect.ts';
import { readFirstFigure } from './first/figures.ts';
import { currenciesOf } from './forms/currency.ts';
import { readFigure } from './forms/figures.ts';
import { timePlacer } from './place-in-time.ts';
import { seriesId, seriesReader } from './plan/series.ts';
import type { CsvPlan } from './plan/types.ts';
import { type CsvRecord, pointerOf } from './record.ts';
import { cellReader, type FigureReader } from './row-cells.ts';
import { rowTimeReader } from './row-time.ts';

/** Makes the function that reads each row of a planned file into one reading: an observation or a reject. */
export function rowReader(plan: CsvPlan): (record: CsvRecord) => Reading {
  const readCells = planCellReader(plan);
  const nameOf = columnNames(plan);
  const external_id = plan.coin.id === null ? null : seriesId(plan, plan.coin.id);
  const observe = observer(plan, nameOf);
  const contradiction = contradictionFinder(plan);

  return (record) => {
    const pointer = pointerOf(record);
    const read = unreadable(plan, record) ?? contradiction(record) ?? readCells(record);
    const reading = 'code' in read ? read : observe(read, pointer);
    if ('type' in reading) return reading;
    const { code, message } = reading;
    return {
      type: 'reject',
      reject: { code, message, pointer, raw: rawText(record.raw), external_id },
    };
  };
}

/** Reads one row; for many, make a rowReader. */
export const readRow = (plan: CsvPlan, record: CsvRecord): Reading => rowReader(plan)(record);

type CellPlan = Pick<
  CsvPlan,
  'version' | 'dialect' | 'columns' | 'is_export' | 'figures' | 'decimal' | 'quote'
>;

/** Makes the function that reads the cells of a record by the roles of a plan. */
export function planCellReader(plan: CellPlan): (record: CsvRecord) => Cells | RecordFault {
  return cellReader({
    columns: plan.columns.flatMap(({ position: at, column: key, reads: role }) =>
      role === null ? [] : { role, at, key },
    ),
    is_escaped: plan.dialect === 'canonical',
    is_export: plan.is_export,
    ...(plan.figures === 'plain'
      ? {}
      : { readFigure: plan.version === 1 ? readFirstFigure : figureReader(plan.decimal, plan.quote) }),
  });
}

/** Reads figures as people and spreadsheets write them. */
export const figureReader =
  (mark: DecimalMark, quote: string): FigureReader =>
  (text, role) => {
    if (EMPTY.has(text)) return null;
    const reading = readFigure(text, mark);
    if (reading.fault !== undefined) return { fault: 'invalid_number' };
    // Only a change is per cent.
    if (reading.is_percent && role !== 'change') return { fault: 'invalid_number' };
    // A figure in another currency does not belong to this file.
    if (reading.currency !== null && !currenciesOf(reading.currency).includes(quote))
      return { fault: 'invalid_number' };
    const { decimal, fault } = readDecimal(reading.figure);
    return decimal ?? { fault: fault ?? 'invalid_number' };
  };

/** The texts for a missing figure. */
const EMPTY = new Set(['-', '—', '–']);

/** The name of a role's column, for messages. */
export function columnNames({ columns }: Pick<CsvPlan, 'columns'>): (role: Role) => string {
  const names = new Map(columns.map(({ reads, column }) => [reads, column]));
  return (role) => names.get(role) ?? role;
}

/** Postgres cannot hold NUL: it is shown as ␀. */
const rawText = (raw: string) => cut(raw.replaceAll('\0', '␀').toWellFormed(), RAW_RECORD_CHARS_MAX);

/** Rejects a record whose cells may not match the header. */
function unreadable({ header }: CsvPlan, { cells, raw, quotes_broken }: CsvRecord): RecordFault | null {
  if (raw.includes('\0'))
    return { code: 'unreadable_record', message: 'The record contains a NUL character.' };
  if (quotes_broken)
    return { code: 'unreadable_record', message: 'A quoted cell continues after its closing quote.' };
  if (cells.length === header.length) return null;
  if (cells.length > header.length && cells.slice(header.length).every((cell) => cell.trim() === ''))
    return null;
  return {
    code: 'ragged_record',
    message: `The record has ${cells.length} cells, the header ${header.length}.`,
  };
}

const AMOUNTS = ['cap', 'volume_usd'] as const;
const VALUES = [...PRICES, ...AMOUNTS, 'change'] as const;

type NameOf = (role: Role) => string;

function observer(plan: CsvPlan, nameOf: NameOf) {
  const seriesOf = seriesReader(plan);
  const place = timePlacer(plan, rowTimeReader(plan, nameOf));
  return (cells: Cells, pointer: string): Reading | RecordFault => {
    dropNegatives(cells);
    const refusal = refusalOf(plan, nameOf, cells);
    if (refusal !== null) return refusal;
    const series = seriesOf(cells);
    if ('code' in series) return series;
    const time = place(cells);
    if ('code' in time) return time;
    return { type: 'observation', observation: observation(plan, cells, { series, time, pointer }) };
  };
}

/** Makes a negative value unknown where it cannot be below zero, if the row counts without it. */
function dropNegatives(cells: Cells): void {
  for (const role of AMOUNTS) {
    const amount = cells[role];
    if (amount?.[0] !== '-' || !isNegative(amount)) continue;
    cells[role] = null;
    cells.is_unreadable = true;
  }
}

/** Why a row cannot be used, with any coin and instant. */
function refusalOf(plan: CsvPlan, nameOf: NameOf, cells: Cells): RecordFault | null {
  if (cells.superseded_at)
    return {
      code: 'superseded_revision',
      message: `The row was superseded at ${cells.superseded_at}; only current rows are taken.`,
    };
  const foreignQuote = otherQuote(plan, cells);
  if (foreignQuote !== null)
    return { code: 'quote_not_usd', message: `The row is in ${foreignQuote}, the file in ${plan.quote}.` };
  if (cells.kind && !KINDS.some((kind) => kind === cells.kind))
    return { code: 'contract_broken', message: `kind must be one of ${KINDS.join(', ')}.` };
  const foreign = cells.flags?.split('|').find((word) => !FLAGS.some((flag) => flag === word));
  if (foreign !== undefined)
    return { code: 'contract_broken', message: `flags has a word that is not one of ${FLAGS.join(', ')}.` };
  if (!VALUES.some((role) => cells[role]))
    return { code: 'no_values', message: 'The row has no price and no other figure.' };
  for (const role of PRICES) {
    const price = cells[role];
    if (price?.[0] !== '-' || !isNegative(price)) continue;
    return { code: 'negative_price', message: `${nameOf(role)} is negative: ${price}.` };
  }
  return null;
}

/** The currency that a row states, if it differs from the file's. */
function otherQuote(plan: CsvPlan, { quote }: Cells): string | null {
  if (!quote || plan.quote_texts.includes(quote.toLowerCase())) return null;
  // CoinMarketCap numbers its currencies; other texts in that column were never read.
  if (plan.version === 1 && plan.dialect === 'coinmarketcap')
    return /^\d+$/.test(quote) ? `CoinMarketCap's currency ${quote}` : null;
  return quote.toLowerCase();
}

interface Place {
  series: ListingProfile;
  time: { observed_at: Instant; flags: Flag[] };
  pointer: string;
}

/** The facts of a row: a zero that means unknown is unknown, and so is a volume that does not cover 24 hours. */
function observation(plan: CsvPlan, cells: Cells, { series, time, pointer }: Place): Observation {
  const price = knownAmount(cells.price ?? null);
  const cap = knownAmount(cells.cap ?? null);
  const isOfDay = plan.kind === 'spot' || plan.period === '1d';
  const contradicted = isOfDay && isNotOfQuote(cells);
  const said = isOfDay && !contradicted ? (cells.volume_usd ?? null) : null;
  const volume = plan.zero_volume === 'unknown' ? knownAmount(said) : { amount: said, was_zero: false };
  const flags = [...time.flags];
  if (price.was_zero || cap.was_zero || volume.was_zero) flags.push('zero_unknown');
  if (cells.is_unreadable) flags.push('unreadable');
  if (plan.quote === 'usdt') flags.push('quote_usdt');
  if (contradicted) flags.push('anomaly');
  const told = cells.flags?.split('|') ?? [];
  // Field by field: there are many rows, and spreading costs more than reading them.
  return {
    external_id: series.external_id,
    symbol: series.symbol,
    name: series.name,
    kind: (cells.kind as Kind | null | undefined) ?? plan.kind,
    observed_at: time.observed_at,
    price_usd: price.amount,
    market_cap_usd: cap.amount,
    volume_24h_usd: volume.amount,
    percent_change_24h: isOfDay ? (cells.change ?? null) : null,
    open_usd: cells.open ?? null,
    high_usd: cells.high ?? null,
    low_usd: cells.low ?? null,
    flags:
      told.length === 0 && flags.length < 2
        ? flags
        : FLAGS.filter((flag) => flags.includes(flag) || told.includes(flag)),
    page: null,
    pointer,
  };
}

/**
 * Whether the two volumes of a bar are swapped, as in the older part of CryptoDataDownload's files: for a coin
 * never below 1 USD, a volume in dollars cannot be smaller than the one in coins.
 */
function isNotOfQuote({ volume_usd, volume_base, low, high }: Cells): boolean {
  if (!volume_usd || !volume_base || !low || !high || isZero(volume_usd)) return false;
  const more = compareDecimals(volume_usd, volume_base);
  return (more < 0 && compareDecimals(low, ONE) > 0) || (more > 0 && compareDecimals(high, ONE) < 0);
}

const ONE: Decimal = '1';

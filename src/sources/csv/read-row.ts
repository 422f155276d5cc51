import { compareDecimals, type Decimal, isNegative, isZero } from '../../domain/decimal.ts';
import { FLAGS, type Flag, KINDS, type Kind, type Observation } from '../../domain/observation.ts';
import { RAW_RECORD_CHARS_MAX } from '../../domain/reject.ts';
import { cut } from '../../domain/text.ts';
import { figure, group, label, name, symbol } from '../fields.ts';
import { knownAmount } from '../observe.ts';
import { type Refusal, readRecord } from '../read-record.ts';
import type { Reading } from '../source.ts';
import { cellText, FIGURES } from './cells.ts';
import type { Cells, Dialect, Role } from './dialect.ts';
import { dialectNamed } from './find-header.ts';
import { placeInTime } from './place-in-time.ts';
import type { CsvPlan } from './plan.ts';
import { type CsvRecord, pointerOf } from './record.ts';
import { seriesId, seriesOf } from './series.ts';

/** Makes the function that reads each row of a planned file into one reading: an observation or a reject. */
export function rowReader(plan: CsvPlan): (record: CsvRecord) => Reading {
  const dialect = dialectNamed(plan.dialect);
  const columns = (Object.entries(plan.columns) as [Role, number][]).map(([role, at]) => ({
    role,
    at,
    key: plan.header[at] ?? role,
  }));
  // By the file's own names, so that a refusal speaks of columns its sender knows.
  const contract = group(Object.fromEntries(columns.map(({ role, key }) => [key, fieldOf(role)])));
  const external_id = plan.coin === null ? null : seriesId(plan, plan.coin.id);

  return (record) => {
    const pointer = pointerOf(record);
    const rejected = ({ code, message }: Refusal): Reading => ({
      type: 'reject',
      reject: { code, message, pointer, raw: rawText(record.raw), external_id },
    });
    const refusal = unreadable(plan, record);
    if (refusal !== null) return rejected(refusal);
    const texts: Record<string, string> = {};
    for (const { role, at, key } of columns)
      texts[key] = cellText(dialect, role, record.cells[at] ?? '', plan.is_export);
    const reading = readRecord(contract, { record: texts, pointer }, (fields) => {
      const cells: Cells = {};
      for (const { role, key } of columns) cells[role] = fields[key] ?? null;
      return observe(plan, dialect, cells, pointer);
    });
    return reading.type === 'reject' ? rejected(reading.reject) : reading;
  };
}

/** Reads one row; for many, make a rowReader. */
export const readRow = (plan: CsvPlan, record: CsvRecord): Reading => rowReader(plan)(record);

/** Postgres cannot hold NUL: it is shown as ␀. */
const rawText = (raw: string) => cut(raw.replaceAll('\0', '␀').toWellFormed(), RAW_RECORD_CHARS_MAX);

const LONG_LABEL = label(300);

function fieldOf(role: Role) {
  if (FIGURES.has(role)) return figure;
  if (role === 'symbol') return symbol;
  return role === 'name' ? name : LONG_LABEL;
}

/** Refuses a record whose cells cannot be trusted to stand where the header says. */
function unreadable({ header }: CsvPlan, { cells, raw, quotes_broken }: CsvRecord): Refusal | null {
  if (raw.includes('\0')) return { code: 'unreadable_record', message: 'The record holds a NUL character.' };
  if (quotes_broken)
    return { code: 'unreadable_record', message: 'A quoted cell goes on after its closing quote.' };
  const isRagged =
    cells.length < header.length || cells.slice(header.length).some((cell) => cell.trim() !== '');
  if (!isRagged) return null;
  return {
    code: 'ragged_record',
    message: `The record has ${cells.length} cells, the header ${header.length}.`,
  };
}

const AMOUNTS = ['price', 'open', 'high', 'low', 'market_cap', 'volume', 'percent_change'] as const;
const PRICES: ReadonlySet<string> = new Set(['price', 'open', 'high', 'low']);

function observe(plan: CsvPlan, dialect: Dialect, cells: Cells, pointer: string): Reading | Refusal {
  const refusal = refusalOf(plan, dialect, cells);
  if (refusal !== null) return refusal;
  const series = seriesOf(plan, cells);
  if ('code' in series) return series;
  const time = placeInTime(plan, dialect, cells);
  if ('code' in time) return time;
  const { amounts, flags } = amountsOf(plan, dialect, cells);
  const all = new Set([...time.flags, ...flags, ...(cells.flags?.split('|') ?? [])]);
  return {
    type: 'observation',
    observation: {
      ...series,
      kind: (cells.kind as Kind | null | undefined) ?? plan.kind,
      observed_at: time.observed_at,
      ...amounts,
      flags: FLAGS.filter((flag) => all.has(flag)),
      page: null,
      pointer,
    },
  };
}

/** Why a row cannot be taken for what it says, whatever its coin and instant. */
function refusalOf(plan: CsvPlan, dialect: Dialect, cells: Cells): Refusal | null {
  if (cells.superseded_at)
    return {
      code: 'superseded_revision',
      message: `The row was superseded at ${cells.superseded_at}; only current rows are taken.`,
    };
  const quote = dialect.quoteOf?.(cells) ?? plan.quote;
  if (quote !== plan.quote)
    return { code: 'quote_not_usd', message: `The row is in ${quote}, the file in ${plan.quote}.` };
  if (cells.kind && !KINDS.some((kind) => kind === cells.kind))
    return { code: 'contract_broken', message: `kind is none of ${KINDS.join(', ')}.` };
  const foreign = cells.flags?.split('|').find((word) => !FLAGS.some((flag) => flag === word));
  if (foreign !== undefined)
    return { code: 'contract_broken', message: `flags holds a word that is none of ${FLAGS.join(', ')}.` };
  if (AMOUNTS.every((role) => (cells[role] ?? null) === null))
    return { code: 'no_values', message: 'The row has no price and no other figure.' };
  const negative = AMOUNTS.find((role) => role !== 'percent_change' && isNegative(cells[role] ?? '0'));
  if (negative === undefined) return null;
  const header = plan.header[plan.columns[negative] ?? -1];
  const code = PRICES.has(negative) ? 'negative_price' : 'number_out_of_range';
  return { code, message: `${header} is negative: ${cells[negative]}.` };
}

type Amounts = Pick<
  Observation,
  | 'price_usd'
  | 'market_cap_usd'
  | 'volume_24h_usd'
  | 'percent_change_24h'
  | 'open_usd'
  | 'high_usd'
  | 'low_usd'
>;

/** The facts of a row: zero where it means unknown is unknown, and so is what is not of 24 hours. */
function amountsOf(plan: CsvPlan, dialect: Dialect, cells: Cells): { amounts: Amounts; flags: Flag[] } {
  const price = knownAmount(cells.price ?? null);
  const cap = knownAmount(cells.market_cap ?? null);
  const isOfDay = dialect.bars === null || plan.period === '1d';
  const contradicted = isOfDay && isNotOfQuote(cells);
  const said = isOfDay && !contradicted ? (cells.volume ?? null) : null;
  const volume = dialect.zero_volume === 'unknown' ? knownAmount(said) : { amount: said, was_zero: false };
  const flags: Flag[] = [];
  if (price.was_zero || cap.was_zero || volume.was_zero) flags.push('zero_unknown');
  if (plan.quote === 'usdt') flags.push('quote_usdt');
  if (contradicted) flags.push('anomaly');
  return {
    amounts: {
      price_usd: price.amount,
      market_cap_usd: cap.amount,
      volume_24h_usd: volume.amount,
      percent_change_24h: isOfDay ? (cells.percent_change ?? null) : null,
      open_usd: cells.open ?? null,
      high_usd: cells.high ?? null,
      low_usd: cells.low ?? null,
    },
    flags,
  };
}

/**
 * Whether the two volumes of a bar stand in each other's column, as in the older part of CryptoDataDownload's
 * files: of a coin never below 1 USD, fewer dollars than coins cannot have changed hands.
 */
function isNotOfQuote({ volume, base_volume, low, high }: Cells): boolean {
  if (!volume || !base_volume || !low || !high || isZero(volume)) return false;
  const more = compareDecimals(volume, base_volume);
  return (more < 0 && compareDecimals(low, ONE) > 0) || (more > 0 && compareDecimals(high, ONE) < 0);
}

const ONE: Decimal = '1';

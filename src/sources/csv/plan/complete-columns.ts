import { parseObservationId } from '../../../domain/observation-id.ts';
import { excerpt } from '../../../domain/text.ts';
import type { Columns, Role } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import { isMoneyLike } from '../forms/currency.ts';
import { arePairs, type Evidence, evidenceOf, isReadable } from './column-kinds.ts';
import { columnName } from './head/column-name.ts';
import type { FoundReader } from './head/find-reader.ts';
import { type Samples, textsAt } from './samples.ts';
import { settleInstantColumn } from './when/instant-column.ts';
import { readLoosely } from './when/read-loosely.ts';
import { KnownCoins } from './whose/known-coins.ts';

/** The role of every column, and the evidence in the unused ones. */
export interface CompletedColumns {
  columns: Columns;
  /** Columns without a role, by their position. */
  evidence: Map<number, Evidence>;
  is_export: boolean;
  /** The column of volumes with an unknown unit. */
  bare_volume: number | null;
  warnings: string[];
}

const COIN_ROLES: readonly Role[] = ['external_id', 'observation_id', 'id', 'symbol', 'name', 'pair'];

/**
 * Completes a reader's roles of columns from their contents: the coin, the currency, the exchange, the time of the
 * day. The sender's roles do not change.
 */
export function completeColumns(found: FoundReader, samples: Samples, coins: KnownCoins): CompletedColumns {
  const { header, told } = found;
  const texts = header.map((_, at) => textsAt(samples.rows, at));
  const identified = identifyRows(found, samples, (at) =>
    ['coin', 'pair'].includes(evidenceOf(columnName(header[at] ?? ''), texts[at] ?? [], coins) ?? ''),
  );
  const columns: Columns = { ...identified.columns };
  settleCoin(columns, texts, coins, told !== null);
  // Vendors define which column it is.
  const isOpen = told === null && !identified.is_export && ['names', 'canonical'].includes(found.reader);
  if (isOpen) settleInstantColumn(columns, { header, texts, rows: samples.rows });
  const claimed = new Set([...Object.values(columns), ...identified.claimed]);
  const evidence = new Map<number, Evidence>();
  for (const [at, name] of header.entries()) {
    if (claimed.has(at)) continue;
    const kind = evidenceOf(columnName(name), texts[at] ?? [], coins);
    if (kind === null || (told?.get(at) === 'ignore' && !isNamed(kind, name))) continue;
    const isRead = told === null && isReadable(kind, columnName(name), texts[at] ?? [], coins);
    const role = isRead ? roleFor(kind, columns, texts, at) : null;
    if (role === null) evidence.set(at, kind);
    else columns[role] = at;
  }
  const bare = told === null ? bareVolume(header, columns) : null;
  return {
    columns,
    evidence,
    is_export: identified.is_export,
    bare_volume: bare,
    warnings: identified.warnings,
  };
}

/** A column that the sender ignores is still evidence if its name says so. */
const isNamed = (kind: Evidence, header: string): boolean =>
  evidenceOf(columnName(header), ['\u2047'], NO_COINS) === kind;

const NO_COINS = new KnownCoins([]);

/**
 * Settles the meaning of a canonical file's column `id`: a coin, an observation of our own export, or only a row
 * number, which would make a series of each row.
 */
function identifyRows(
  { dialect, header, columns, told }: FoundReader,
  { rows, runs }: Samples,
  namesCoins: (at: number) => boolean,
) {
  const names = new Set(header.map(columnName));
  const hasOurColumns = ['external_id', 'source', 'kind', 'created_at'].every((name) => names.has(name));
  const isOurs = dialect.id === 'canonical' && told === null;
  const settled = {
    columns,
    claimed: [] as number[],
    is_export: isOurs && hasOurColumns,
    warnings: [] as string[],
  };
  const { id: at, ...others } = columns;
  if (!isOurs || at === undefined) return settled;
  const ids = rows.map((row) => row.cells[at]?.trim() ?? '').filter((id) => id !== '');
  const [first] = ids;
  if (first !== undefined && parseObservationId(first) !== undefined)
    return { ...settled, columns: { ...others, observation_id: at }, is_export: true };
  const ignored = (what: string) => ({
    ...settled,
    columns: others,
    claimed: [at],
    warnings: [`The column ${header[at]} holds ${what} and ignored.`],
  });
  const isNamedId = columnName(header[at] ?? '') === 'id';
  if (isNamedId && ids.length > 1 && new Set(ids).size === ids.length && ids.every((id) => RANDOM.test(id)))
    return ignored('another random id in each row: taken as ids of rows');
  if (!ids.every((id) => /^\d+$/.test(id))) return settled;
  const isBeside =
    (columns.external_id ?? columns.symbol ?? columns.name) !== undefined ||
    header.some((_, other) => other !== at && namesCoins(other));
  return isBeside || (isNamedId && areCounted(runs, at))
    ? ignored('numbers only: taken as row numbers')
    : settled;
}

/** Ids that databases give to rows: UUIDs, and the 12 or 16 bytes of others. */
const RANDOM = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}|[0-9a-f]{32})$/i;

/** Whether a column counts the rows, up or down. */
function areCounted(runs: Samples['runs'], at: number): boolean {
  const steps = runs.flatMap((run) => {
    const ids = run.map(({ cells }) => Number(cells[at]));
    return ids.slice(1).map((id, before) => id - (ids[before] ?? id));
  });
  const [step] = steps;
  return (step === 1 || step === -1) && steps.every((one) => one === step);
}

/** Settles by its cells whether the column of the coin contains pairs, tickers or names. */
function settleCoin(columns: Columns, texts: string[][], coins: KnownCoins, isTold: boolean): void {
  const { quote } = columns;
  const hasCoin = COIN_ROLES.some((role) => columns[role] !== undefined);
  // A column of currencies that contains coins names the coin.
  if (!isTold && quote !== undefined && !hasCoin) {
    const said = texts[quote] ?? [];
    if (said.length > 0 && !said.some(isCurrencyText) && !said.every((text) => /^\d+$/.test(text))) {
      delete columns.quote;
      columns[nameOrTicker(said)] = quote;
    }
  }
  for (const role of ['symbol', 'name'] as const) {
    const at = columns[role];
    if (at === undefined || columns.external_id !== undefined) continue;
    const said = texts[at] ?? [];
    if (said.length === 0) continue;
    const pair = said.find((text) => arePairs([text], coins));
    if (role === 'symbol' && pair !== undefined && !arePairs(said, coins)) throw mixed(pair, said, coins);
    if (columns.pair === undefined && arePairs(said, coins)) {
      delete columns[role];
      columns.pair = at;
    } else if (role === 'name' && isTold && nameOrTicker(said) === 'symbol') {
      delete columns.name;
      columns.symbol = at;
    }
  }
}

const mixed = (pair: string, said: string[], coins: KnownCoins) =>
  new CsvFault(
    'ambiguous_coin',
    `Some rows name a coin, such as ${excerpt(said.find((text) => !arePairs([text], coins)) ?? '', 40)}, and some may name a pair, such as ${excerpt(pair, 40)}. Send one file for each, or write pairs everywhere.`,
  );

const isCurrencyText = (text: string): boolean => isMoneyLike(text) || /^us dollars?$/i.test(text);

/** Tickers are short or in capitals; a word that is neither makes it a column of names. */
function nameOrTicker(texts: string[]): 'symbol' | 'name' {
  const isTicker = (text: string) => /^[A-Z0-9.$]{1,12}$/.test(text);
  return texts.every(isTicker) || texts.every((text) => /^[a-z0-9]{2,4}$/.test(text)) ? 'symbol' : 'name';
}

/** The role of a column of evidence if nothing else gives that fact; null if something does. */
function roleFor(kind: Evidence, columns: Columns, texts: string[][], at: number): Role | null {
  const hasCoin = COIN_ROLES.some((role) => columns[role] !== undefined);
  if (kind === 'coin') return hasCoin ? null : nameOrTicker(texts[at] ?? []);
  if (kind === 'pair') return hasCoin ? null : 'pair';
  if (kind === 'clock') return isDated(columns, texts) ? 'clock' : null;
  return columns[kind] === undefined ? kind : null;
}

/** Whether the instants are plain dates, which a clock time completes. */
function isDated(columns: Columns, texts: string[][]): boolean {
  if (columns.instant === undefined || columns.clock !== undefined) return false;
  const dates = (texts[columns.instant] ?? []).map(readLoosely);
  const read = dates.filter((time) => time.fault === undefined);
  return read.length > 0 && read.every(({ precision }) => precision === 'day');
}

const BARE_VOLUMES = new Set(['volume', 'vol']);

/** A volume without a unit. */
function bareVolume(header: string[], columns: Columns): number | null {
  if (columns.volume_usd !== undefined) return null;
  const claimed = new Set(Object.values(columns));
  const at = header.findIndex(
    (name, position) => !claimed.has(position) && BARE_VOLUMES.has(columnName(name)),
  );
  return at === -1 ? null : at;
}

import fc from 'fast-check';
import type { ColumnRole } from '../../../../src/domain/files/parameters.ts';
import { afterPeriods } from '../../../../src/domain/files/period.ts';
import { readZone, UTC, type Zone } from '../../../../src/domain/files/zone.ts';
import { writeFigure, writeTime } from './write.ts';

/** The contents of a file, known before it is written. */
export interface KnownRow {
  coin: Coin;
  /** The instant of its value. */
  created_at: string;
  price: string;
  open: string | null;
  high: string | null;
  low: string | null;
  cap: string | null;
  volume_usd: string | null;
}

export interface Coin {
  symbol: string;
  name: string;
  /** The asset under which identity knows it. */
  asset: string;
}

const COINS: Coin[] = [
  { symbol: 'BTC', name: 'Bitcoin', asset: 'btc-bitcoin' },
  { symbol: 'ETH', name: 'Ethereum', asset: 'eth-ethereum' },
  { symbol: 'LTC', name: 'Litecoin', asset: 'ltc-litecoin' },
  { symbol: 'ADA', name: 'Cardano', asset: 'ada-cardano' },
  { symbol: 'ARB', name: 'Arbitrum', asset: 'arb-arbitrum' },
];
export const KNOWN_COINS: readonly Coin[] = COINS;

/** A file as sent, its contents, and the right answer to every possible question about it. */
export interface Made {
  filename: string;
  text: string;
  rows: KnownRow[];
  /** The currency of its prices. */
  quote: string;
  answers: Record<string, string>;
  /** The answers that are sent at once. */
  told: string[];
}

const chance = (percent: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 0, max: 99 }).map((n) => n < percent);

const style = fc.record({
  delimiter: fc.constantFrom(',', ',', ';', '\t', '|'),
  end: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('point', 'point', 'comma'),
  group: fc.constantFrom('', '', '', 'other', ' '),
  suffix: chance(10),
  time: fc.constantFrom(
    'day',
    'slashed day',
    'blank',
    'T',
    'Z',
    'offset',
    'minutes',
    'mdy',
    'mdy',
    'dmy',
    'dmy short',
    'mdy short',
    'excel',
    'dots',
    'named',
    'named dash',
    'compact',
    'seconds',
    'milliseconds',
    'microseconds',
    'apart',
    'half',
  ),
  isPadded: fc.boolean(),
  hasHeader: chance(93),
  order: fc.infiniteStream(fc.integer({ min: 0, max: 1_000_000 })),
});
export type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

const content = fc.record({
  kind: fc.constantFrom('bars', 'bars', 'prices'),
  zone: fc.constantFrom('UTC', 'UTC', 'UTC', '+02:00', 'Europe/Berlin', 'America/New_York'),
  period: fc.constantFrom('1d', '1d', '1d', '1h', '4h', '15m', '1w', '1mo'),
  bar: fc.constantFrom('open', 'open', 'close'),
  coin: fc.constantFrom(...COINS),
  /** Another coin, in the rows of a long table. */
  other: fc.option(fc.constantFrom(...COINS), { freq: 6 }),
  quote: fc.constantFrom('usd', 'usd', 'usd', 'usd', 'usd', 'usdt', 'eur', 'pln', 'idr', 'btc', 'qqq'),
  start: fc.integer({ min: Date.UTC(2013, 0, 1), max: Date.UTC(2019, 0, 1) }),
  /** The number of periods between rows: usually one, and two of them at least if there are several. */
  steps: fc
    .array(fc.constantFrom(1, 1, 1, 1, 2, 3), { minLength: 1, maxLength: 40 })
    .map((steps) =>
      steps.length < 2 || steps.filter((step) => step === 1).length > 1 ? steps : [1, 1, ...steps],
    ),
  isNewestFirst: fc.boolean(),
  whole: fc.constantFrom(0, 0, 1, 52, 312, 1019, 62_440, 1_050_000),
  digits: fc.infiniteStream(fc.integer({ min: 0, max: 999_999 })),
  decimals: fc.constantFrom(0, 1, 2, 3, 3, 5),
  hasCap: chance(30),
  volume: fc.constantFrom('none', 'usd', 'base', 'plain usd', 'plain base'),
  named: fc.constantFrom('file', 'file', 'pair', 'pair column', 'pair column', 'symbol', 'name', 'nowhere'),
  quoted: fc.constantFrom('file', 'column', 'header', 'nowhere'),
  extras: fc.subarray(['index', 'id', 'note', 'indicator', 'venue', 'trades'], { maxLength: 2 }),
  periodIn: fc.constantFrom('name', 'nowhere', 'nowhere'),
  headerNames: fc.constantFrom('usual', 'usual', 'vendor', 'odd', 'german', 'mixed', 'mixed'),
  nameDice: fc.infiniteStream(fc.integer({ min: 0, max: 1_000_000 })),
  told: fc.constantFrom('none', 'none', 'some', 'all'),
  toldMask: fc.infiniteStream(fc.boolean()),
});
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never;

/** Any table from the parts above. */
export const made: fc.Arbitrary<Made> = fc.tuple(content, style).map(([what, how]) => make(what, how));

const HEADERS: Record<string, Partial<Record<string, string>>> = {
  usual: {
    time: 'Date',
    clock: 'Time',
    open: 'Open',
    high: 'High',
    low: 'Low',
    close: 'Close',
    price: 'Price',
    cap: 'Market Cap',
    volume: 'Volume',
    pair: 'Symbol',
    coin: 'Symbol',
    name: 'Name',
    quote: 'Currency',
    venue: 'Exchange',
  },
  vendor: {
    time: 'timestamp',
    clock: 'clock',
    open: 'open',
    high: 'high',
    low: 'low',
    close: 'close',
    price: 'price',
    cap: 'market_cap',
    volume: 'vol',
    pair: 'pair',
    coin: 'ticker',
    name: 'coin',
    quote: 'quote',
    venue: 'venue',
  },
  odd: {
    time: 'when',
    clock: 'hour',
    open: 'o',
    high: 'h',
    low: 'l',
    close: 'c',
    price: 'value',
    cap: 'cap',
    volume: 'v',
    pair: 'product',
    coin: 'asset',
    name: 'slug',
    quote: 'unit',
    venue: 'source',
  },
  german: {
    time: 'Datum',
    clock: 'Uhrzeit',
    open: 'Eröffnung',
    high: 'Hoch',
    low: 'Tief',
    close: 'Schluss',
    price: 'Kurs',
    cap: 'Kapitalisierung',
    volume: 'Volumen',
    pair: 'Paar',
    coin: 'Kürzel',
    name: 'Münze',
    quote: 'Währung',
    venue: 'Börse',
  },
};

/** Common column names; none of them says which end of a bar it is. */
const SYNONYMS: Record<string, string[]> = {
  time: [
    'Date',
    'time',
    'timestamp',
    'datetime',
    'Day',
    'DATE',
    'Timestamp (UTC)',
    'ts',
    'unix',
    'Data',
    'Datum',
    'date_and_time',
  ],
  clock: ['Time', 'clock', 'hour', 'Uhrzeit'],
  open: ['open', 'Open', 'OPEN', 'o', 'Open Price', 'Apertura', 'open_price'],
  high: ['high', 'High', 'HIGH', 'h', 'High Price', 'Máximo', 'high_price'],
  low: ['low', 'Low', 'LOW', 'l', 'Low Price', 'Mínimo', 'low_price'],
  close: ['close', 'Close', 'CLOSE', 'c', 'Close Price', 'Último', 'last', 'Adj Close', 'close_price'],
  price: ['price', 'Price', 'PRICE', 'rate', 'value', 'last_price', 'current_price', 'Último', 'mid'],
  cap: ['market_cap', 'Market Cap', 'MarketCap', 'marketcap', 'mcap', 'market'],
  volume: ['volume', 'Volume', 'vol', 'Vol.', 'VOLUME', 'amount', 'turnover'],
  pair: ['symbol', 'Symbol', 'pair', 'market', 'instrument', 'product', 'ticker'],
  coin: ['symbol', 'Ticker', 'coin', 'asset', 'base', 'code', 'currency'],
  name: ['name', 'Name', 'coin', 'coin_name', 'slug', 'id', 'asset'],
  quote: ['quote', 'currency', 'Quote Currency', 'vs_currency', 'unit'],
  venue: ['exchange', 'Exchange', 'venue', 'source', 'market'],
};

function mixedNames(dice: Iterator<number>): (key: string) => string {
  const taken = new Set<string>();
  return (key) => {
    const free = (SYNONYMS[key] ?? [key]).filter((name) => !taken.has(name.toLowerCase()));
    const name = free[Number(dice.next().value) % Math.max(1, free.length)] ?? key;
    taken.add(name.toLowerCase());
    return name;
  };
}

interface Column {
  key: string;
  header: string;
  role: ColumnRole;
  cell: (row: Written) => string;
}
interface Written {
  at: number;
  wall: number;
  coin: Coin;
  row: KnownRow;
  base_volume: string | null;
}

const DAY_FORMS = [
  'day',
  'slashed day',
  'mdy',
  'dmy',
  'dmy short',
  'mdy short',
  'dots',
  'named',
  'named dash',
  'compact',
];
const UNIX_FORMS = ['seconds', 'milliseconds', 'microseconds'];

function make(what: Content, how: Style): Made {
  const isBars = what.kind === 'bars';
  const daily = ['1d', '1w', '1mo'].includes(what.period);
  // Plain dates have rows that begin at midnight.
  const form = DAY_FORMS.includes(how.time) && !daily ? 'blank' : how.time;
  const isDays = DAY_FORMS.includes(form);
  const zoneName = UNIX_FORMS.includes(form) || form === 'Z' ? 'UTC' : what.zone;
  const zone = readZone(zoneName) ?? UTC;
  const walls = wallsOf(what, isBars && what.bar === 'close' && !isDays);
  const digits = what.digits[Symbol.iterator]();
  const coins =
    what.other === null || ['file', 'pair', 'nowhere'].includes(what.named)
      ? [what.coin]
      : [what.coin, what.other];
  const rows: Written[] = [];
  for (const [at, wall] of walls.entries()) {
    for (const coin of coins) {
      const created = createdAt(what, { wall, isDays, isBars }, zone);
      if (created === null) continue;
      rows.push({
        at,
        wall,
        coin,
        row: knownRow(what, coin, created, digits),
        base_volume: figure(what, 7, digits),
      });
    }
  }
  return write(what, how, { form, zoneName, rows, isBars, isDays, coins });
}

/** Wall times of the rows: the beginnings of bars, or their ends. */
function wallsOf(what: Content, isEnds: boolean): number[] {
  const day = Math.floor(what.start / 86_400_000) * 86_400_000;
  const date = new Date(day);
  const monday = day - ((date.getUTCDay() + 6) % 7) * 86_400_000;
  const first =
    what.period === '1mo'
      ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
      : what.period === '1w'
        ? monday
        : day;
  let wall = first;
  const walls = [wall];
  for (const steps of what.steps) {
    wall = afterPeriods(wall, what.period, steps);
    walls.push(wall);
  }
  return isEnds ? walls.map((one) => afterPeriods(one, what.period)) : walls;
}

function createdAt(
  what: Content,
  { wall, isDays, isBars }: { wall: number; isDays: boolean; isBars: boolean },
  zone: Zone,
): string | null {
  const at = (ms: number): number | null => {
    const found = ms % 86_400_000 === 0 ? zone.startOfDay(ms) : zone.instantOf(ms);
    return typeof found === 'number' ? found : null;
  };
  const written = at(wall);
  const end = isDays && what.bar === 'close' ? at(wall + 86_400_000) : at(afterPeriods(wall, what.period));
  let ms = written;
  if (isBars) {
    // Hours and minutes follow the clock of the world, days the clock of the zone.
    const later =
      /[mh]$/.test(what.period) && written !== null ? written + afterPeriods(0, what.period) : end;
    ms = what.bar === 'open' ? later : isDays ? end : written;
  } else if (isDays && what.bar === 'close') ms = end;
  return ms === null || written === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z');
}

function figure(what: Content, salt: number, digits: Iterator<number>): string {
  // No figure is zero, because zero would be unknown.
  const noise = `1${String(digits.next().value).padStart(6, '0')}`;
  const whole =
    what.whole === 0
      ? '0'
      : String(what.whole + (Number(noise) % Math.max(1, Math.floor(what.whole / 20))) + salt);
  return what.decimals === 0 && what.whole > 0
    ? whole
    : `${whole}.${noise.slice(0, Math.max(1, what.decimals))}`;
}

function knownRow(what: Content, coin: Coin, created_at: string, digits: Iterator<number>): KnownRow {
  const four = [0, 0, 0, 0].map(() => figure(what, 0, digits)).sort((a, b) => Number(a) - Number(b));
  const [low = '', open = '', close = '', high = ''] = four;
  const isBars = what.kind === 'bars';
  const big = () => String(1_000_000_000 + 7 * Number(digits.next().value));
  return {
    coin,
    created_at,
    price: close,
    open: isBars ? open : null,
    high: isBars ? high : null,
    low: isBars ? low : null,
    cap: what.hasCap ? big() : null,
    volume_usd: what.volume.endsWith('usd') && ['usd', 'usdt'].includes(what.quote) ? big() : null,
  };
}

interface Table {
  form: string;
  zoneName: string;
  rows: Written[];
  isBars: boolean;
  isDays: boolean;
  coins: Coin[];
}

function write(what: Content, how: Style, table: Table): Made {
  const { form, zoneName, isBars, isDays, coins } = table;
  const names = HEADERS[what.headerNames] ?? {};
  const mixed = mixedNames(what.nameDice[Symbol.iterator]());
  const all = columnsOf(what, how, table, (key) =>
    what.headerNames === 'mixed' ? mixed(key) : (names[key] ?? key),
  );
  const order = how.order[Symbol.iterator]();
  const columns = all
    .map((column) => ({ column, at: Number(order.next().value) }))
    .sort((a, b) => a.at - b.at)
    .map(({ column }) => column);
  const quoted = (cell: string) =>
    cell.includes(how.delimiter) || cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell;
  const rows = what.isNewestFirst ? [...table.rows].reverse() : table.rows;
  const lines = rows.map((row) => columns.map((column) => quoted(column.cell(row))).join(how.delimiter));
  if (how.hasHeader) lines.unshift(columns.map(({ header }) => quoted(header)).join(how.delimiter));
  const told = columns
    .map(({ header, role }, at) => `${how.hasHeader && header !== '' ? header : at + 1}:${role}`)
    .join(',');
  const orderOfDates = ['mdy', 'mdy short', 'excel', 'half'].includes(form)
    ? 'mdy'
    : ['dmy', 'dmy short', 'dots'].includes(form)
      ? 'dmy'
      : form === 'named dash'
        ? 'dmy'
        : 'ymd';
  const answers: Record<string, string> = {
    columns: told,
    delimiter: how.delimiter,
    decimal: how.mark,
    date_order: orderOfDates,
    zone: zoneName,
    period: what.period,
    volume: what.volume.endsWith('usd') ? 'usd' : what.volume === 'none' ? 'ignore' : 'base',
    ...(isBars || isDays ? { bar: what.bar } : {}),
    ...(['usd', 'usdt'].includes(what.quote) ? { quote: what.quote } : {}),
    ...(coins.length === 1 ? { symbol: what.coin.symbol } : {}),
    ...(how.hasHeader ? {} : { header: 'none' }),
  };
  return {
    filename: fileName(what, coins),
    text: lines.map((line) => line + how.end).join(''),
    rows: rows.map(({ row }) => row),
    quote: what.quote,
    answers,
    told: toldAtOnce(what, table, answers),
  };
}

/** The parameters that the sender sends at once: those that nothing in the file shows, and any others. */
function toldAtOnce(
  what: Content,
  { isBars, isDays, zoneName, form }: Table,
  answers: Record<string, string>,
): string[] {
  const must = new Set<string>();
  // A plain date is the UTC day, and for prices its beginning, unless the sender says otherwise.
  if (isDays && zoneName !== 'UTC') must.add('zone');
  if (isDays && !isBars && what.bar === 'close') must.add('bar');
  if (form === 'offset' && zoneName !== 'UTC') must.add('zone');
  const mask = what.toldMask[Symbol.iterator]();
  for (const name of Object.keys(answers)) {
    const isTold = mask.next().value === true;
    if (name === 'columns' || name === 'header') continue;
    if (what.told === 'all' || (what.told === 'some' && isTold)) must.add(name);
  }
  if (what.told === 'all' && mask.next().value === true) must.add('columns');
  return [...must];
}

const QUOTE_MARKS: Record<string, string> = {
  usd: 'USD',
  usdt: 'USDT',
  eur: 'EUR',
  pln: 'PLN',
  idr: 'IDR',
  btc: 'BTC',
  qqq: 'QQQ',
};

function fileName(what: Content, coins: Coin[]): string {
  const quote = QUOTE_MARKS[what.quote] ?? '';
  const period = what.periodIn === 'name' ? `_${what.period === '1mo' ? '1M' : what.period}` : '';
  if (coins.length > 1 || !['file', 'pair'].includes(what.named)) return `table${period}.csv`;
  const symbol = what.coin.symbol;
  // If nothing in the file states the currency, its name must not contradict it.
  if (what.named === 'pair' || what.quoted === 'file') return `Kraken_${symbol}${quote}${period}.csv`;
  return `${symbol}${period}.csv`;
}

function columnsOf(
  what: Content,
  how: Style,
  { form, zoneName, isBars }: Table,
  name: (key: string) => string,
): Column[] {
  const figureOf = (pick: (row: Written) => string | null) => (row: Written) => {
    const value = pick(row);
    return value === null ? '' : writeFigure(value, how);
  };
  const quote = QUOTE_MARKS[what.quote] ?? '';
  const columns: Column[] = [];
  const add = (key: string, role: ColumnRole, cell: (row: Written) => string, header = name(key)) =>
    columns.push({ key, header, role, cell });
  if (form === 'apart') {
    add('time', 'date', ({ wall }) => writeTime(wall, 'day', zoneName, how));
    add('clock', 'clock', ({ wall }) => writeTime(wall, 'clock', zoneName, how));
  } else
    add('time', DAY_FORMS.includes(form) ? 'date' : 'instant', ({ wall }) =>
      writeTime(wall, form, zoneName, how),
    );
  const priced = what.quoted === 'header' ? ` (${quote})` : '';
  if (isBars) {
    add(
      'open',
      'open',
      figureOf(({ row }) => row.open),
    );
    add(
      'high',
      'high',
      figureOf(({ row }) => row.high),
    );
    add(
      'low',
      'low',
      figureOf(({ row }) => row.low),
    );
    add(
      'close',
      'close',
      figureOf(({ row }) => row.price),
      name('close') + priced,
    );
  } else
    add(
      'price',
      'price',
      figureOf(({ row }) => row.price),
      name('price') + priced,
    );
  if (what.hasCap)
    add(
      'cap',
      'cap',
      figureOf(({ row }) => row.cap),
    );
  if (what.volume === 'usd')
    add(
      'volume',
      'volume_usd',
      figureOf(({ row }) => row.volume_usd),
      `Volume ${quote}`,
    );
  if (what.volume === 'base' && what.named !== 'nowhere')
    add(
      'volume',
      'volume_base',
      figureOf((row) => row.base_volume),
      `Volume ${what.coin.symbol}`,
    );
  if (what.volume === 'plain usd')
    add(
      'volume',
      'volume_usd',
      figureOf(({ row }) => row.volume_usd),
    );
  if (what.volume === 'plain base')
    add(
      'volume',
      'volume_base',
      figureOf((row) => row.base_volume),
    );
  const joined = how.isPadded ? '/' : '';
  if (what.named === 'pair column') add('pair', 'pair', ({ coin }) => `${coin.symbol}${joined}${quote}`);
  if (what.named === 'symbol') add('coin', 'coin', ({ coin }) => coin.symbol);
  if (what.named === 'name') add('name', 'coin', ({ coin }) => coin.name.toLowerCase());
  if (what.quoted === 'column') add('quote', 'quote', () => quote);
  for (const extra of what.extras) addExtra(extra, add);
  return columns;
}

function addExtra(
  extra: string,
  add: (key: string, role: ColumnRole, cell: (row: Written) => string, header?: string) => void,
): void {
  if (extra === 'index') add('index', 'ignore', ({ at }) => String(at), '');
  if (extra === 'id') add('id', 'ignore', ({ at }) => String(at + 1), 'id');
  if (extra === 'note') add('note', 'ignore', () => 'ok', 'note');
  if (extra === 'indicator') add('indicator', 'ignore', ({ at }) => String(40 + at), 'RSI');
  if (extra === 'venue') add('venue', 'venue', () => 'kraken');
  if (extra === 'trades') add('trades', 'ignore', ({ at }) => String(900 + at), 'trades');
}

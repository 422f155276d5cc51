import { excerpt } from '../../../domain/text.ts';
import type { Cells } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import { readPairs } from '../forms/currency.ts';
import type { Evidence } from './column-kinds.ts';
import type { Samples } from './samples.ts';
import type { CsvPlan, FixedCell } from './types.ts';
import type { KnownCoins } from './whose/known-coins.ts';

type EvidencePlan = Pick<CsvPlan, 'header' | 'coin' | 'quote' | 'quote_texts' | 'venue' | 'time'>;

export interface EvidenceCheck {
  /** Unused columns, by position. */
  evidence: ReadonlyMap<number, Evidence>;
  samples: Samples;
  /** The cells of the samples, in order. */
  cells: Cells[];
  coins: KnownCoins;
}

/**
 * Compares a plan with the columns that it does not use: a column that names a coin, pair, currency, exchange or
 * clock time must have one value for each coin of the file, and agree with the plan. Returns the values that every
 * later row must also have. Throws CsvFault.
 */
export function checkEvidence(plan: EvidencePlan, check: EvidenceCheck): FixedCell[] {
  return [...check.evidence].flatMap(([position, kind]) => {
    const column = plan.header[position] ?? '';
    const byCoin = textsByCoin(position, check);
    for (const texts of byCoin.values()) if (texts.size > 1) throw several(column, kind, [...texts]);
    const texts = [...new Set([...byCoin.values()].flatMap((own) => [...own]))];
    for (const text of texts) demandAgreement(plan, { column, kind, text }, check.coins, byCoin.size === 1);
    const [only, ...more] = texts;
    return only !== undefined && more.length === 0 ? { position, text: only } : [];
  });
}

/** The values of a column for each coin that the rows name; for all rows if they name none. */
function textsByCoin(position: number, { samples, cells }: EvidenceCheck): Map<string, Set<string>> {
  const byCoin = new Map<string, Set<string>>();
  for (const [index, row] of samples.rows.entries()) {
    const text = row.cells[position]?.trim().toLowerCase() ?? '';
    if (text === '' || /^(?:null|n\/a|nan|none|-)$/.test(text)) continue;
    const { pair, id, external_id, symbol, name } = cells[index] ?? {};
    const coin = (external_id ?? id ?? pair ?? symbol ?? name ?? '').toLowerCase();
    byCoin.set(coin, (byCoin.get(coin) ?? new Set()).add(text));
  }
  return byCoin;
}

const WHAT: Record<Evidence, string> = {
  coin: 'coins',
  pair: 'pairs',
  quote: 'currencies',
  venue: 'exchanges',
  clock: 'clock times',
};

const isOfCoin = (kind: Evidence): boolean => kind === 'coin' || kind === 'pair';

const several = (column: string, kind: Evidence, texts: string[]) =>
  new CsvFault(
    isOfCoin(kind) ? 'ambiguous_coin' : 'conflicting_evidence',
    `The column ${column} names several ${WHAT[kind]}: ${excerpt(texts.join(', '), 80)}. ${SETTLED[kind]}`,
  );

const SETTLED: Record<Evidence, string> = {
  coin: 'Say in columns= that it is the coin, or send one file for each.',
  pair: 'Say in columns= that it is the pair, or send one file for each.',
  quote: 'Say in columns= that it is the quote, or send one file for each.',
  venue: 'Send one file for each.',
  clock: 'Say in columns= that it is the clock, which completes the date.',
};

interface Statement {
  column: string;
  kind: Evidence;
  text: string;
}

function demandAgreement(plan: EvidencePlan, said: Statement, coins: KnownCoins, isOneCoin: boolean): void {
  const { kind, text } = said;
  if (kind === 'quote' && !meansQuote(plan, text, coins)) throw otherQuote(said, text);
  if (kind === 'venue' && plan.venue !== null && !sameVenue(plan.venue, text))
    throw disagrees(said, plan.venue);
  if (kind === 'clock' && plan.time.is_days && !/^0?0(?::00)*(?:\.0+)?$/.test(text))
    throw new CsvFault(
      'conflicting_evidence',
      `The column ${said.column} holds clock times, such as “${text}”, but the instants are dates alone. ${SETTLED.clock}`,
    );
  if (kind === 'pair') demandPair(plan, said, isOneCoin);
  if (kind === 'coin' && isOneCoin && plan.coin.id !== null && isOtherCoin(plan, text, coins))
    throw disagrees(said, plan.coin.symbol ?? plan.coin.name ?? plan.coin.id);
}

function demandPair(plan: EvidencePlan, said: Statement, isOneCoin: boolean): void {
  const readings = readPairs(said.text);
  const quotes = readings.map(({ quote }) => quote);
  if (quotes.length > 0 && !quotes.includes(plan.quote)) throw otherQuote(said, quotes[0] ?? '');
  const symbol = plan.coin.symbol?.toLowerCase() ?? null;
  if (
    isOneCoin &&
    symbol !== null &&
    readings.length > 0 &&
    !readings.some(({ base }) => isSameTicker(base, symbol))
  )
    throw disagrees(said, plan.coin.symbol ?? '');
}

const isSameTicker = (base: string, symbol: string): boolean =>
  base === symbol || (base === 'xbt' && symbol === 'btc');

/** A column of currency codes may name the coin, like the first half of a pair. */
const meansQuote = ({ quote_texts, coin }: EvidencePlan, text: string, coins: KnownCoins): boolean =>
  quote_texts.includes(text) ||
  /^us dollars?$/.test(text) ||
  (coin.symbol !== null && coins.mayBeSame(text, coin.symbol));

const sameVenue = (venue: string, text: string): boolean => {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(text).startsWith(plain(venue)) || plain(venue).startsWith(plain(text));
};

/** Whether a text certainly names another coin: it is a ticker, name or id only of other coins. */
function isOtherCoin({ coin }: EvidencePlan, text: string, coins: KnownCoins): boolean {
  const ours = [coin.symbol, coin.name, coin.id, coin.asset, coin.text].filter((one) => one !== null);
  return coins.knows(text) && !ours.some((one) => coins.mayBeSame(text, one));
}

const otherQuote = ({ column }: Statement, quote: string) =>
  new CsvFault(
    'quote_not_usd',
    `The column ${column} says that the prices are in ${excerpt(quote.toUpperCase(), 40)}. Only prices in US dollars are taken: send an export in USD.`,
  );

const disagrees = ({ column, kind, text }: Statement, ours: string) =>
  new CsvFault(
    isOfCoin(kind) ? 'ambiguous_coin' : 'conflicting_evidence',
    `The column ${column} says “${excerpt(text, 40)}”, not “${excerpt(ours, 40)}”. Correct what the file or the parameters say.`,
  );

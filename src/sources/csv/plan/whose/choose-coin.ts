import { excerpt } from '../../../../domain/text.ts';
import type { Cells } from '../../dialect.ts';
import { CsvFault } from '../../fault.ts';
import { isPricingCoin, readPairs } from '../../forms/currency.ts';
import { readFigure } from '../../forms/figures.ts';
import type { Questions } from '../questions.ts';
import type { CsvHints, PlanCoin } from '../types.ts';
import type { NameClues, NamedCoin } from './file-name.ts';
import type { KnownCoins } from './known-coins.ts';

export interface ChosenCoin {
  coin: PlanCoin;
  /** The pair that every row must name; null if they differ, or have none. */
  pair: string | null;
  /** The quote currencies of the pairs. */
  quotes: string[];
}

export interface CoinEvidence {
  hints: Pick<CsvHints, 'asset' | 'symbol'>;
  /** The samples. */
  rows: Cells[];
  clues: NameClues;
  coins: KnownCoins;
  /** Plain names of the header (see columnName). */
  names: ReadonlySet<string>;
  is_export: boolean;
}

const SAY_WHICH = 'Name it with symbol=, for example symbol=BTC.';

/**
 * Settles the coin of a file: by parameters, otherwise columns, otherwise the file name. Asks, or throws CsvFault.
 */
export function chooseCoin(evidence: CoinEvidence, questions: Questions): ChosenCoin {
  const { rows, hints } = evidence;
  if (
    hints.symbol !== null &&
    /[/:_-]/.test(hints.symbol) &&
    readPairs(hints.symbol).some(({ is_known }) => is_known)
  )
    throw new CsvFault(
      'ambiguous_coin',
      `${excerpt(hints.symbol, 40)} is a pair. Say the coin alone, as in symbol=BTC, and the currency as quote=usd.`,
    );
  const pairs = distinct(rows.map((row) => row.pair));
  const [pair, ...more] = pairs;
  if (pair !== undefined && more.length > 0) return coinOfPairs(pairs, evidence);
  if (pair !== undefined) return coinOfPair(pair, evidence);
  if (hints.asset !== null || hints.symbol !== null) return coinOfHints(evidence);
  const naming = (['external_id', 'observation_id', 'id', 'symbol', 'name'] as const).find((role) =>
    rows.some((row) => row[role]),
  );
  if (naming === 'symbol') demandOneName(rows);
  if (naming !== undefined)
    return eachItsOwn(`Each row names its coin in the column of its ${naming.replace('_', ' ')}.`);
  return coinOfFileName(evidence, questions);
}

const eachItsOwn = (how: string): ChosenCoin => ({
  coin: { id: null, symbol: null, name: null, text: null, asset: null, how },
  pair: null,
  quotes: [],
});

function chosen(coin: NamedCoin, { hints, coins }: CoinEvidence, text: string, how: string): ChosenCoin {
  const asset = hints.asset ?? coins.assetOf(text) ?? coins.assetOf(coin.symbol ?? coin.id);
  return { coin: { ...coin, text, asset, how }, pair: null, quotes: [] };
}

function coinOfHints(evidence: CoinEvidence): ChosenCoin {
  const { hints, rows, clues, is_export, coins } = evidence;
  const sound = rows.filter(isSound);
  const symbols = distinct(sound.map((row) => row.symbol?.toUpperCase()));
  const asked = hints.symbol?.toUpperCase() ?? null;
  const names = distinct(sound.map((row) => row.name));
  const ids = distinct(sound.map((row) => row.external_id ?? row.id));
  const one = asked ?? hints.asset ?? '';
  const others = [
    ...symbols.filter((symbol) => symbol !== (asked ?? symbols[0])),
    ...(symbols.length === 0 ? otherNames(names, one, coins) : []),
  ];
  if (others.length > 0) throw beside(others, evidence);
  if (is_export) return eachItsOwn('The rows are an export of this service and keep their external ids.');
  const further = [...(distinctWords(names).length > 1 ? names : []), ...otherNames(ids, one, coins)];
  if (further.length > 0) throw besideOrIgnored(further, evidence);
  const [told] = symbols;
  const symbol = asked ?? told ?? symbolInAsset(hints.asset, clues);
  const coin = {
    id: (hints.asset ?? asked ?? '').toLowerCase(),
    symbol,
    name: names.length === 1 ? (names[0] ?? null) : null,
  };
  const said = hints.asset === null ? 'symbol' : 'asset';
  return chosen(coin, evidence, hints.asset ?? asked ?? '', `The parameter ${said} names it.`);
}

/** Names or ids of coins in a file with a stated coin: several, or one that is known to be another coin. */
function otherNames(names: string[], told: string, coins: KnownCoins): string[] {
  if (distinctWords(names).length > 1) return names;
  return names.filter((name) => coins.knows(name) && !coins.mayBeSame(name, told));
}

const beside = (others: string[], { hints }: CoinEvidence) =>
  new CsvFault(
    'ambiguous_coin',
    `The rows name ${excerpt(others.join(', '), 100)} beside or instead of ${parameterOf(hints)}. Leave the parameter out, and each row counts for the coin it names.`,
  );

/** Ids and names are less certainly coins than tickers. */
const besideOrIgnored = (others: string[], { hints }: CoinEvidence) =>
  new CsvFault(
    'ambiguous_coin',
    `The rows name ${excerpt(others.join(', '), 100)} beside or instead of ${parameterOf(hints)}. Leave the parameter out, and each row counts for the coin it names; if that column names no coins, say so in columns=, as in columns=DAY:date,VALUE:price,ID:ignore with the names of your columns.`,
  );

const parameterOf = ({ symbol, asset }: CoinEvidence['hints']): string =>
  symbol === null ? `asset=${asset}` : `symbol=${symbol.toUpperCase()}`;

/** Whether a row has a price. Footers, repeated headers and broken rows are no evidence of a coin. */
export const isSound = ({ price }: Cells): boolean =>
  price !== null && price !== undefined && readFigure(price, null).fault !== 'no_figure';

/** A series has one coin: a ticker that goes with several names belongs to several. Throws CsvFault. */
function demandOneName(rows: Cells[]): void {
  const named = Map.groupBy(
    rows.filter((row) => row.symbol && row.name && isSound(row)),
    ({ symbol }) => symbol?.toUpperCase() ?? '',
  );
  for (const [symbol, own] of named) {
    const names = distinct(own.map(({ name }) => name));
    if (distinctWords(names).length > 1)
      throw new CsvFault(
        'ambiguous_coin',
        `The rows call ${excerpt(symbol, 40)} ${excerpt(names.join(' and '), 100)}: one series would hold several coins. Send one file for each, or say in columns= that the name is the coin, as in columns=DAY:date,VALUE:price,NAME:coin,TICKER:ignore with the names of your columns.`,
      );
  }
}

/** The ticker in the file name, if the asset id begins with it: `btc` for btc-bitcoin. */
function symbolInAsset(asset: string | null, { coins }: NameClues): string | null {
  const [coin] = coins;
  const agrees = coins.length === 1 && coin !== undefined && asset?.toLowerCase().split('-')[0] === coin.id;
  return agrees ? coin.symbol : null;
}

interface Reading {
  base: string;
  quote: string | null;
}

const readingsOf = (text: string): Reading[] => {
  const readings = new Map<string, Reading>();
  for (const { base, quote } of readPairs(text)) readings.set(`${base}/${quote}`, { base, quote });
  return readings.size > 0
    ? [...readings.values()].sort((a, b) => b.base.length - a.base.length)
    : [{ base: text.toLowerCase(), quote: null }];
};

function coinOfPair(text: string, evidence: CoinEvidence): ChosenCoin {
  const { hints, names, coins } = evidence;
  const all = readingsOf(text);
  const asked = hints.symbol?.toLowerCase() ?? null;
  const fitting = all.filter(({ base }) => asked === null || base === asked || isAlias(base, asked));
  if (fitting.length === 0)
    throw new CsvFault(
      'ambiguous_coin',
      `The rows are of ${excerpt(text, 40)}, the parameter says symbol=${hints.symbol}. Correct or leave out the parameter.`,
    );
  // `Volume ARB` beside `Volume USD` shows how to split ARBUSD.
  const byVolume = fitting.filter(({ base }) => names.has(`volume_${base}`));
  const [pair, ...more] = byVolume.length > 0 ? byVolume : fitting;
  if (pair === undefined || more.length > 0)
    throw new CsvFault(
      'ambiguous_coin',
      `${excerpt(text, 40)} may be ${fitting.map(({ base, quote }) => `${base} in ${quote}`).join(' or ')}. ${SAY_WHICH}`,
    );
  const base = asked ?? pair.base;
  const coin = { id: (hints.asset ?? base).toLowerCase(), symbol: base.toUpperCase(), name: null };
  const how = hints.asset === null ? `The rows are of ${text}.` : 'The parameter asset names it.';
  const asset = hints.asset ?? coins.assetOf(base);
  return {
    coin: { ...coin, text, asset, how },
    pair: text,
    quotes: pair.quote === null ? [] : [pair.quote],
  };
}

const isAlias = (base: string, asked: string): boolean => base === 'xbt' && asked === 'btc';

/** Rows of several pairs: each names its own. */
function coinOfPairs(pairs: string[], evidence: CoinEvidence): ChosenCoin {
  const { hints } = evidence;
  const readings = pairs.map(readingsOf);
  const asked = hints.symbol?.toLowerCase() ?? null;
  const isTold = asked !== null || hints.asset !== null;
  const bases = distinct(readings.flatMap((all) => all.map(({ base }) => base)));
  if (isTold && !(bases.length === 1 && (asked === null || bases[0] === asked)))
    throw beside(pairs, evidence);
  const quotes = distinct(readings.flatMap((all) => all.map(({ quote }) => quote)));
  return { ...eachItsOwn('Each row names its pair.'), quotes };
}

function coinOfFileName(evidence: CoinEvidence, questions: Questions): ChosenCoin {
  const { clues } = evidence;
  const [coin, ...more] = clues.coins;
  if (coin !== undefined && more.length === 0) {
    if (clues.quote !== null && isPricingCoin(clues.quote)) {
      questions.ask('ambiguous_coin', ofCoins(coin, clues.quote));
      return eachItsOwn('');
    }
    const text = coin.symbol !== null && coin.name === null ? coin.symbol : (coin.name ?? coin.id);
    return chosen(coin, evidence, text, `The file name says ${text}.`);
  }
  if (coin === undefined) questions.ask('unknown_coin', noCoin(clues));
  else
    questions.ask(
      'ambiguous_coin',
      `The file name may mean ${excerpt(clues.coins.map(({ id }) => id).join(' or '), 100)}, and no column names the coin. ${SAY_WHICH}`,
    );
  return eachItsOwn('');
}

/** Some venues write the coin second (`USDT_BTC`): prices in dollars may be those of either half. */
const ofCoins = ({ id }: NamedCoin, quote: string): string =>
  `The file name names two coins, ${excerpt(id, 40)} and ${quote}, and prices in dollars may be those of either. ${SAY_WHICH}`;

function noCoin({ unknown }: NameClues): string {
  const word =
    unknown.length === 0
      ? ''
      : ` (where ${excerpt(unknown.map((one) => `“${one}”`).join(', '), 60)} is not a known coin)`;
  return `Neither the columns nor the file name${word} say which coin the prices belong to. ${SAY_WHICH}`;
}

const distinctWords = (texts: string[]): string[] => distinct(texts.map((text) => text.toLowerCase()));

const distinct = (texts: (string | null | undefined)[]): string[] => [
  ...new Set(texts.filter((text) => text !== null && text !== undefined)),
];

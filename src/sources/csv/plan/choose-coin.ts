import { excerpt } from '../../../domain/text.ts';
import type { Cells } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import type { NameClues, NamedCoin } from './file-name.ts';
import { readPair } from './pair.ts';
import type { CsvHints } from './types.ts';

export interface ChosenCoin {
  /** Null: each row names its own. */
  coin: NamedCoin | null;
  why: string;
  pair: string | null;
  /** The quote currency of the pair. */
  quote: string | null;
}

export interface CoinEvidence {
  hints: Pick<CsvHints, 'asset' | 'symbol'>;
  /** The first rows. */
  rows: Cells[];
  clues: NameClues;
  /** Plain names of the header (see columnName). */
  names: ReadonlySet<string>;
  is_export: boolean;
}

const SAY_WHICH = 'Name it with symbol= or asset=, for example symbol=BTC.';

/** Settles whose prices a file holds: by parameters, else columns, else the file name. Throws CsvFault. */
export function chooseCoin(evidence: CoinEvidence): ChosenCoin {
  const { rows, hints } = evidence;
  const pairs = distinct(rows.map((row) => row.pair));
  const [pair] = pairs;
  if (pairs.length > 1) throw several(pairs);
  if (pair !== undefined) return coinOfPair(pair, evidence);
  if (hints.asset !== null || hints.symbol !== null) return coinOfHints(evidence);
  const naming = (['external_id', 'observation_id', 'id', 'symbol', 'name'] as const).find((role) =>
    rows.some((row) => row[role]),
  );
  if (naming !== undefined)
    return chosen(null, `Each row names its coin in the column of its ${naming.replace('_', ' ')}.`);
  return coinOfFileName(evidence.clues);
}

const chosen = (coin: NamedCoin | null, why: string): ChosenCoin => ({ coin, why, pair: null, quote: null });

function coinOfHints({ hints, rows, clues, is_export }: CoinEvidence): ChosenCoin {
  const symbols = distinct(rows.map((row) => row.symbol?.toUpperCase()));
  const asked = hints.symbol?.toUpperCase() ?? null;
  const others = symbols.filter((symbol) => symbol !== (asked ?? symbols[0]));
  if (others.length > 0) {
    const parameter = asked === null ? `asset=${hints.asset}` : `symbol=${asked}`;
    throw new CsvFault(
      'ambiguous_coin',
      `The rows name ${excerpt(others.join(', '), 100)} beside or instead of ${parameter}. Leave the parameter out, and each row counts for the coin it names.`,
    );
  }
  if (is_export) return chosen(null, 'The rows are an export of this service and keep their external ids.');
  const names = distinct(rows.map((row) => row.name));
  const [told] = symbols;
  const symbol = asked ?? told ?? symbolInAsset(hints.asset, clues);
  const coin = {
    id: (hints.asset ?? asked ?? '').toLowerCase(),
    symbol,
    name: names.length === 1 ? (names[0] ?? null) : null,
  };
  return chosen(coin, `The parameter ${hints.asset === null ? 'symbol' : 'asset'} names it.`);
}

/** The ticker in the file name, when the asset id begins with it: `btc` for btc-bitcoin. */
function symbolInAsset(asset: string | null, { coins }: NameClues): string | null {
  const [coin] = coins;
  const agrees = coins.length === 1 && coin !== undefined && asset?.toLowerCase().split('-')[0] === coin.id;
  return agrees ? coin.symbol : null;
}

function coinOfPair(text: string, { hints, names }: CoinEvidence): ChosenCoin {
  const readings = readPair(text);
  const all = readings.length > 0 ? readings : [{ base: text.toLowerCase(), quote: null }];
  const asked = hints.symbol?.toLowerCase() ?? null;
  const fitting = all.filter(({ base }) => (asked === null ? true : base === asked));
  if (fitting.length === 0)
    throw new CsvFault(
      'ambiguous_coin',
      `The rows are of ${excerpt(text, 40)}, the parameter says symbol=${hints.symbol}. Correct or leave out the parameter.`,
    );
  // `Volume ARB` beside `Volume USD` tells how ARBUSD comes apart.
  const byVolume = fitting.filter(({ base }) => names.has(`volume_${base}`));
  const [pair, ...more] = byVolume.length > 0 ? byVolume : fitting;
  if (pair === undefined || more.length > 0)
    throw new CsvFault(
      'ambiguous_coin',
      `${excerpt(text, 40)} may be ${fitting.map(({ base, quote }) => `${base} in ${quote}`).join(' or ')}. ${SAY_WHICH}`,
    );
  const coin = { id: (hints.asset ?? pair.base).toLowerCase(), symbol: pair.base.toUpperCase(), name: null };
  const why = hints.asset === null ? `The rows are of ${text}.` : 'The parameter asset names it.';
  return { coin, why, pair: text, quote: pair.quote };
}

function coinOfFileName({ coins }: NameClues): ChosenCoin {
  const [coin, ...more] = coins;
  if (coin === undefined)
    throw new CsvFault(
      'unknown_coin',
      `Neither the columns nor the file name tell which coin the prices are of. ${SAY_WHICH}`,
    );
  if (more.length > 0)
    throw new CsvFault(
      'ambiguous_coin',
      `The file name may mean ${excerpt(coins.map(({ id }) => id).join(' or '), 100)}, and no column names the coin. ${SAY_WHICH}`,
    );
  return chosen(coin, `The file name says ${coin.symbol ?? coin.name}.`);
}

const several = (pairs: string[]) =>
  new CsvFault(
    'ambiguous_coin',
    `The rows are of ${excerpt(pairs.join(' and '), 100)}. Send one file for each.`,
  );

const distinct = (texts: (string | null | undefined)[]): string[] => [
  ...new Set(texts.filter((text) => text !== null && text !== undefined)),
];

import { canonicalPeriod } from '../../../../domain/files/period.ts';
import { isCurrency, isMoney, readPairs } from '../../forms/currency.ts';
import { KnownCoins } from './known-coins.ts';
import { VENUES } from './venues.ts';

/** The facts in a file name. Open facts are null or empty. */
export interface NameClues {
  /** The coin, once for each reading: several are not an answer. */
  coins: NamedCoin[];
  /** The quote currency, if the name has a pair with only one reading. */
  quote: string | null;
  venue: string | null;
  period: string | null;
  /** Words that may name a coin, but none that is known. */
  unknown: string[];
}

export interface NamedCoin {
  /** Lower case. */
  id: string;
  /** Null if the name has a word instead of a ticker: `coin_Solana.csv`. */
  symbol: string | null;
  name: string | null;
}

/** Names of coins have few words. */
const PHRASE_WORDS_MAX = 4;

/** Every word of a file name that may name a coin, in lower case, for a query to identity. */
export function nameWords(fileName: string | null): string[] {
  const tokens = wordsOf(fileName).map((word) => word.toLowerCase());
  const phrases = tokens.flatMap((_, at) =>
    Array.from({ length: Math.min(PHRASE_WORDS_MAX, tokens.length - at) }, (__, more) =>
      tokens.slice(at, at + more + 1),
    ),
  );
  const bases = tokens.flatMap((token) => readPairs(token).map(({ base }) => base));
  return [...new Set([...phrases.flatMap((words) => [words.join(' '), words.join('-')]), ...bases])];
}

/** Reads names such as `btc-usd-max.csv`, `Bitstamp_BTCUSD_1h.csv`, `BTC-USD.csv`, `coin_Solana.csv`. */
export function readFileName(fileName: string | null, coins: KnownCoins = new KnownCoins([])): NameClues {
  const words = wordsOf(fileName);
  const tokens = words.map((word) => word.toLowerCase());
  const found = pairIn(words, separatorsOf(fileName), coins);
  const { known, unknown } =
    found === null ? coinWords(words, coins) : { known: coinsOf(found, words, coins), unknown: [] };
  return {
    coins: known,
    quote:
      found === null
        ? quoteBehindFirst(words)
        : found.pairs.length === 1
          ? (found.pairs[0]?.quote ?? null)
          : null,
    venue: venueIn(words, known) ?? venueBefore(found, tokens),
    period: words.map(periodOf).find((period) => period !== null) ?? null,
    unknown,
  };
}

/** A currency is certain after a word with another meaning: `day-usd-max.csv`. */
function quoteBehindFirst([, word]: string[]): string | null {
  return word !== undefined && isMoney(word) && isQuoteWord(word) ? word.toLowerCase() : null;
}

const stemOf = (fileName: string | null): string =>
  (fileName ?? '').replace(/^.*[/\\]/, '').replace(/(\.(csv|txt|tsv|gz))+$/i, '');

const wordsOf = (fileName: string | null): string[] => stemOf(fileName).match(/[\p{L}\p{N}]+/gu) ?? [];

/** The character after each word. */
const separatorsOf = (fileName: string | null): string[] =>
  stemOf(fileName)
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .match(/[^\p{L}\p{N}]+/gu) ?? [];

interface FoundPair {
  at: number;
  /** Whether it consists of two tokens (`btc`, `usd`) or of one (`btcusd`). */
  is_split: boolean;
  pairs: { base: string; quote: string }[];
}

function pairIn(words: string[], separators: string[], coins: KnownCoins): FoundPair | null {
  for (const [at, base] of words.entries()) {
    const quote = words[at + 1];
    // Words of a sentence are not a pair of coins: `my BTC prices`.
    const isPair = quote !== undefined && isSaid(base) && (separators[at]?.trim() !== '' || isMoney(quote));
    if (isPair && isQuoteWord(quote))
      return { at, is_split: true, pairs: [{ base: base.toLowerCase(), quote: quote.toLowerCase() }] };
  }
  for (const [at, word] of words.entries()) {
    const pairs = isSaid(word) ? gluedPairs(word, coins) : [];
    if (pairs.length > 0) return { at, is_split: false, pairs };
  }
  return null;
}

/** Currency codes that are primarily words of file names. */
const WORDS_FIRST = new Set(['all', 'top', 'max', 'pen', 'ang', 'dot', 'sol', 'xrp', 'doge', 'trx', 'bnb']);

const isQuoteWord = (word: string): boolean =>
  isCurrency(word) &&
  (!WORDS_FIRST.has(word.toLowerCase()) || (word.length === 3 && word === word.toUpperCase()));

/** A word that ends like a currency is a pair, unless it is the name of a coin (`waves`, `polkadot`). */
function gluedPairs(word: string, coins: KnownCoins): FoundPair['pairs'] {
  const pairs = readPairs(word).filter(({ base, is_known }) => is_known && isSaid(base));
  const isKnown =
    coins.knows(word) && !pairs.some(({ base, quote }) => coins.knows(base) && USUAL.has(quote));
  const isWord =
    word === word.toLowerCase() && !pairs.some(({ base, quote }) => USUAL.has(quote) || coins.knows(base));
  return isKnown || isWord ? [] : unique(pairs.map(({ base, quote }) => ({ base, quote })));
}

const unique = (pairs: FoundPair['pairs']): FoundPair['pairs'] => [
  ...new Map(pairs.map((pair) => [`${pair.base}/${pair.quote}`, pair])).values(),
];

/** Currencies that a token rarely ends with by chance. */
const USUAL = new Set('usd usdt usdc eur gbp busd'.split(' '));

/** The coins of a pair, including the words before it: `bitcoin-cash-usd` is not the coin `cash`. */
function coinsOf({ at, is_split, pairs }: FoundPair, words: string[], coins: KnownCoins): NamedCoin[] {
  if (!is_split) return pairs.map(({ base }) => ticker(base));
  const base = words[at] ?? '';
  const before = words.slice(Math.max(0, at - PHRASE_WORDS_MAX + 1), at + 1);
  for (let from = 0; from < before.length - 1; from += 1) {
    const phrase = before.slice(from);
    if (phrase.every(isSaid) && knowsName(phrase, coins)) return [phraseCoin(phrase, coins)];
  }
  if (knowsName([base], coins) && !isTickerLike(base)) return [phraseCoin([base], coins)];
  const said = words.slice(0, at + 1).filter(isSaid);
  // Before a quote currency a short word is a ticker in any case: `Uni-usd-max.csv`.
  if (base.length <= TICKER_CHARS_MAX && (said.length === 1 || coins.knows(base)))
    return [ticker(base.toLowerCase())];
  return said.length === 1 || coins.knows(base)
    ? [wordCoin(base, coins)]
    : said.map((word) => wordCoin(word, coins));
}

const knowsName = (phrase: string[], coins: KnownCoins): boolean =>
  coins.of(phrase.join(' ')).some(({ by }) => by !== 'symbol') ||
  coins.of(phrase.join('-')).some(({ by }) => by !== 'symbol');

/**
 * The words that name a known coin if there is no pair: the longest phrases first. A quote currency also counts:
 * `dai.csv`.
 */
function coinWords(words: string[], coins: KnownCoins): { known: NamedCoin[]; unknown: string[] } {
  const known = new Map<string, NamedCoin>();
  const unknown: string[] = [];
  for (let at = 0; at < words.length; ) {
    const phrase = phraseAt(words, at, coins);
    const word = words[at] ?? '';
    if (phrase !== null) {
      const coin = phraseCoin(phrase, coins);
      known.set(coin.id, coin);
      at += phrase.length;
      continue;
    }
    if (isSaid(word)) {
      const coin = wordCoin(word, coins);
      if (coins.knows(word)) known.set(coin.id, coin);
      else unknown.push(word);
    }
    at += 1;
  }
  // `Bitcoin Cash` is not Bitcoin, even if only Bitcoin is known here; a ticker in capitals is a name by itself.
  const sure = [...known.values()].filter(
    ({ id }) => unknown.length === 0 || words.includes(id.toUpperCase()),
  );
  return { known: sure, unknown: sure.length < known.size ? words.filter(isSaid) : unknown };
}

/** The longest phrase of several words that begins here and is the name of a coin. */
function phraseAt(words: string[], at: number, coins: KnownCoins): string[] | null {
  for (let size = Math.min(PHRASE_WORDS_MAX, words.length - at); size > 1; size -= 1) {
    const phrase = words.slice(at, at + size);
    if (knowsName(phrase, coins)) return phrase;
  }
  return null;
}

/** A coin by a name of one or more words; its ticker if only one coin has that name. */
function phraseCoin(phrase: string[], coins: KnownCoins): NamedCoin {
  const text = phrase.join(' ');
  const symbol = coins.symbolOf(text) ?? coins.symbolOf(phrase.join('-'));
  return { id: phrase.join('-').toLowerCase(), symbol, name: text };
}

function wordCoin(word: string, coins: KnownCoins): NamedCoin {
  const id = word.toLowerCase();
  if (isTickerLike(word)) return ticker(id);
  return { id, symbol: coins.symbolOf(word), name: word };
}

const isTickerLike = (word: string): boolean =>
  word === word.toUpperCase() || (word.length <= TICKER_CHARS_MAX && word === word.toLowerCase());

/** Longer tickers exist, but a longer word in small letters is more likely a name. */
const TICKER_CHARS_MAX = 5;

const ticker = (id: string): NamedCoin => ({ id, symbol: id.toUpperCase(), name: null });

/** Whether a word has a meaning of its own: not a date, period, venue, vendor or filler. */
const isSaid = (word: string): boolean => {
  const token = word.toLowerCase();
  return !/^\d+$/.test(token) && !FILLERS.has(token) && !VENUES.has(token) && periodOf(word) === null;
};

/** An exchange in the name, unless it is part of the coin's name (`Huobi Token`). */
function venueIn(words: string[], coins: NamedCoin[]): string | null {
  const ofCoins = new Set(coins.flatMap(({ name }) => name?.toLowerCase().split(' ') ?? []));
  const found = words.find((word) => VENUES.has(word.toLowerCase()) && !ofCoins.has(word.toLowerCase()));
  return found?.toLowerCase() ?? null;
}

/** An unknown exchange, named in CryptoDataDownload's way: `Newdex_BTCUSD_1h.csv`. */
function venueBefore(found: FoundPair | null, [first, , third]: string[]): string | null {
  const isNamed = found?.at === 1 && !found.is_split && third !== undefined && periodOf(third) !== null;
  return isNamed && first !== undefined && isSaid(first) ? first : null;
}

/** A period in the contract's form: `1m`, `15m`, `1h`, `1d`, `1w`, `1mo`; `1M` is a month. */
const periodOf = (word: string): string | null => (isMoney(word) ? null : canonicalPeriod(word));

const FILLERS = new Set(
  `api chart cmc cdd coin coingecko coinmarketcap coins com copy crypto cryptocurrency cryptodatadownload csv data
  dataset download export file final finance full historical history kaggle investing market max new ohlc ohlcv price
  prices sample test upload usd www yahoo x all`.split(/\s+/),
);

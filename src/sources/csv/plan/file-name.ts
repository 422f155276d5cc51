import { isQuote, type Pair, readPair } from './pair.ts';

/** What a file name tells of its content. Whatever it leaves open is null or empty. */
export interface NameClues {
  /** The coin, once for each way to read it: more than one is no answer. */
  coins: NamedCoin[];
  /** The quote currency, when the name has a pair that can be read one way only. */
  quote: string | null;
  venue: string | null;
  period: string | null;
}

export interface NamedCoin {
  /** Lower case. */
  id: string;
  /** Null when the name has a word rather than a ticker: `coin_Solana.csv`. */
  symbol: string | null;
  name: string | null;
}

/** Reads names such as `btc-usd-max.csv`, `Bitstamp_BTCUSD_1h.csv`, `BTC-USD.csv`, `coin_Solana.csv`. */
export function readFileName(fileName: string | null): NameClues {
  const stem = (fileName ?? '').replace(/^.*[/\\]/, '').replace(/(\.(csv|txt|tsv|gz))+$/i, '');
  const words = stem.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const tokens = words.map((word) => word.toLowerCase());
  const found = pairIn(tokens);
  return {
    coins: found === null ? wordsIn(words) : coinsOf(found, words),
    quote: found?.pairs.length === 1 ? (found.pairs[0]?.quote ?? null) : null,
    venue: tokens.find((token) => VENUES.has(token)) ?? venueBefore(found, tokens),
    period: tokens.map(periodOf).find((period) => period !== null) ?? null,
  };
}

interface FoundPair {
  at: number;
  /** Whether it stands in two tokens (`btc`, `usd`) or in one (`btcusd`). */
  is_split: boolean;
  pairs: Pair[];
}

function pairIn(tokens: string[]): FoundPair | null {
  for (const [at, token] of tokens.entries()) {
    const quote = tokens[at + 1];
    if (isSaid(token) && quote !== undefined && isQuote(quote))
      return { at, is_split: true, pairs: [{ base: token, quote }] };
  }
  for (const [at, token] of tokens.entries()) {
    const pairs = isSaid(token) ? readPair(token) : [];
    if (pairs.length > 0) return { at, is_split: false, pairs };
  }
  return null;
}

/** The coins of a pair; with the words before it, for `bitcoin-cash-usd` is not the coin `cash`. */
function coinsOf({ at, is_split, pairs }: FoundPair, words: string[]): NamedCoin[] {
  if (!is_split) return pairs.map(({ base }) => ticker(base));
  const coins = wordsIn(words.slice(0, at + 1));
  // Before a quote currency a short word is a ticker however it is written: `Uni-usd-max.csv`.
  return coins.map((coin) =>
    coin.id.length <= TICKER_CHARS_MAX && coins.length === 1 ? ticker(coin.id) : coin,
  );
}

/** The words that could be a coin when there is no pair. A quote currency counts too: `dai.csv`. */
function wordsIn(words: string[]): NamedCoin[] {
  const said = words.filter((word) => isSaid(word.toLowerCase()));
  const ids = new Map(said.map((word) => [word.toLowerCase(), word]));
  return [...ids].map(([id, word]) => {
    const isTicker = word === word.toUpperCase() || (word.length <= TICKER_CHARS_MAX && word === id);
    return isTicker ? ticker(id) : { id, symbol: null, name: word };
  });
}

/** Longer tickers exist, but a longer word in small letters is more likely a name. */
const TICKER_CHARS_MAX = 5;

const ticker = (id: string): NamedCoin => ({ id, symbol: id.toUpperCase(), name: null });

/** Whether a token says anything of its own: no date, period, venue, vendor or filler. */
const isSaid = (token: string): boolean =>
  !/^\d+$/.test(token) && !FILLERS.has(token) && !VENUES.has(token) && periodOf(token) === null;

/** An exchange nobody here has heard of, named as CryptoDataDownload does: `Newdex_BTCUSD_1h.csv`. */
function venueBefore(found: FoundPair | null, [first, , third]: string[]): string | null {
  const isNamed = found?.at === 1 && !found.is_split && third !== undefined && periodOf(third) !== null;
  return isNamed && first !== undefined && isSaid(first) ? first : null;
}

/** A period in the contract's writing: `1m`, `15m`, `1h`, `1d`, `1w`, `1mo`. */
function periodOf(token: string): string | null {
  const word = PERIOD_WORDS[token];
  if (word !== undefined) return word;
  const [, count, unit] = /^(\d{1,3})(m|min|minute|h|hour|d|day|w|week|mo|month)s?$/.exec(token) ?? [];
  if (count === undefined || unit === undefined || Number(count) === 0) return null;
  const letter = unit.startsWith('mo') ? 'mo' : unit.slice(0, 1);
  return count === '60' && letter === 'm' ? '1h' : `${Number(count)}${letter}`;
}

const PERIOD_WORDS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  m: '1m',
  minute: '1m',
  minutely: '1m',
  h: '1h',
  hour: '1h',
  hourly: '1h',
  d: '1d',
  day: '1d',
  daily: '1d',
  w: '1w',
  week: '1w',
  weekly: '1w',
  month: '1mo',
  monthly: '1mo',
});

const VENUES = new Set(
  `binance binanceus bitfinex bitflyer bithumb bitmex bitstamp bittrex bybit cexio coinbase cryptocom deribit exmo
  ftx gateio gemini hitbtc huobi htx itbit kraken kucoin mexc okcoin okex okx poloniex upbit`.split(/\s+/),
);

const FILLERS = new Set(
  `api chart cmc cdd coin coingecko coinmarketcap coins com copy crypto cryptocurrency cryptodatadownload csv data
  dataset download export file final finance full historical history kaggle investing market max new ohlc ohlcv price
  prices sample test upload usd www yahoo x all`.split(/\s+/),
);

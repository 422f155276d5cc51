/**
 * The name in normalized form: without case, accents, spaces and punctuation, in any script. `` if nothing remains.
 */
export const nameKey = (name: string | null): string => wordsOf(name).join('');

/**
 * The name without the words that vendors freely add or omit: `Bancor` is the essence of `Bancor Network Token`. ``
 * if it has no other words.
 */
export const nameEssence = (name: string | null): string => essence(wordsOf(name));

/** The name without the vendor's mark for a past coin: `Foo` of `Foo [OLD]` and `Foo Classic`. */
export const nameBeforeAge = (name: string | null): string =>
  wordsOf(name)
    .filter((word) => !AGE_MARKS.has(word))
    .join('');

/** A readable slug: `Ñandú (old)` is `nandu-old`; `` if the text has no Latin letter or digit. */
export const slug = (text: string): string =>
  plain(text)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

// Decomposed, so accents are separate and can be dropped; zero-width characters are not letters.
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

const wordsOf = (name: string | null): string[] => plain(name ?? '').match(/[\p{L}\p{N}]+/gu) ?? [];

/** Words that vendors freely add or omit. */
const FILLERS = new Set(
  'coin token protocol network chain blockchain finance project platform the hub foundation'.split(' '),
);

/** Words that distinguish a coin from another with the same name. */
const QUALIFIERS = new Set(
  `2 3 aave allbridge arbitrum arc20 avalanche axelar base bep2 bep20 binance bitcoin bridged brc20 bsc cash celer
  classic compound diamond erc20 eth ethereum ex fantom gold iou layerzero legacy liquid lp migrated multichain new
  old optimism original peg pegged polygon pool portal pos rebase rebranded satoshi solana staked staking stargate
  sui sv synthetic terra ton tron v1 v2 v3 v4 wormhole wrapped x xdai zksync`.split(/\s+/),
);

/** A vendor's marks for the older of two coins. */
const AGE_MARKS = new Set(['old', 'classic', 'legacy']);

const PREFIX_CHARS_MIN = 4;

/**
 * Whether two different names may well mean one coin: they differ only in filler words (`Cosmos`, `Cosmos Hub`), or
 * one begins with the other (`Hedera`, `Hedera Hashgraph`). Never if they differ in a word that marks another coin
 * (`Wrapped`, `V2`, `Classic`).
 */
export function areSimilarNames(a: string | null, b: string | null): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  const differing = [
    ...left.filter((word) => !right.includes(word)),
    ...right.filter((word) => !left.includes(word)),
  ];
  if (differing.some((word) => QUALIFIERS.has(word) || /^v?\d+$/.test(word))) return false;
  const [x, y] = [essence(left), essence(right)];
  if (x === '' || y === '') return false;
  const [short, long] = x.length <= y.length ? [x, y] : [y, x];
  return short === long || (short.length >= PREFIX_CHARS_MIN && long.startsWith(short));
}

const essence = (words: string[]): string => words.filter((word) => !FILLERS.has(word)).join('');

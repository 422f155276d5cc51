// The requests of a price site: front pages, coin pages and their contents. Coins follow Zipf's law: the nth gets
// 1/n times as many requests as the first.

export const COINS = 2000;
const ON_A_LIST = 20;
const ON_A_PAGE = 100;

/** A kind of request: its share of the total, and its number of variants, from most to least requested. */
interface Kind {
  name: string;
  share: number;
  targets: number;
  target: (place: number, coins: readonly string[]) => string;
}

const coin = (coins: readonly string[], place: number) => encodeURIComponent(coins[place] ?? '');

export const MIX: readonly Kind[] = [
  {
    name: '/prices of 20',
    share: 0.4,
    targets: COINS / ON_A_LIST,
    target: (place, coins) =>
      `/prices?asset=${coins
        .slice(place * ON_A_LIST, (place + 1) * ON_A_LIST)
        .map(encodeURIComponent)
        .join(',')}`,
  },
  {
    name: '/assets, a page',
    share: 0.2,
    targets: COINS / ON_A_PAGE,
    target: (place) => `/assets?limit=${ON_A_PAGE}&offset=${place * ON_A_PAGE}`,
  },
  {
    name: '/prices of one',
    share: 0.15,
    targets: COINS,
    target: (place, coins) => `/prices?asset=${coin(coins, place)}`,
  },
  {
    name: '/candles',
    share: 0.1,
    targets: COINS,
    target: (place, coins) => `/candles?asset=${coin(coins, place)}&interval=1h&limit=100`,
  },
  {
    name: '/data of one',
    share: 0.1,
    targets: COINS,
    target: (place, coins) => `/data?asset=${coin(coins, place)}&limit=50`,
  },
  { name: '/rates', share: 0.05, targets: 1, target: () => '/rates' },
];

/** Ranks by Zipf's law, from numbers between 0 and 1. */
function zipf(count: number): (chance: number) => number {
  let sum = 0;
  const upTo = Array.from({ length: count }, (_, place) => {
    sum += 1 / (place + 1);
    return sum;
  });
  return (chance) => {
    const wanted = chance * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Draws requests, each as path and query. `next` gives numbers between 0 and 1. */
export function drawFrom(coins: readonly string[], next: () => number): () => string {
  const kinds = MIX.map((kind) => ({
    ...kind,
    draw: zipf(kind.targets),
    targets: Array.from({ length: kind.targets }, (_, place) => kind.target(place, coins)),
  }));
  return () => {
    let rest = next();
    for (const { share, draw, targets } of kinds) {
      if (rest < share) return targets[draw(next())] ?? '/rates';
      rest -= share;
    }
    return '/rates';
  };
}

/** A request that is never repeated: one coin at a unique instant. */
export function onceAsked(
  coins: readonly string[],
  next: () => number,
  number: number,
  now_ms: number,
): string {
  const asset = coin(coins, Math.floor(next() * coins.length));
  const instant = new Date(now_ms - 60_000)
    .toISOString()
    .replace('Z', `${String(number % 1000).padStart(3, '0')}Z`);
  return number % 2 === 0
    ? `/prices?asset=${asset}&at=${instant}`
    : `/data?asset=${asset}&end_date=${instant}&limit=50`;
}

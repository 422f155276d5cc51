import { Market } from './market.ts';
import { Watcher } from './watcher.ts';

export interface Outcome {
  coin_days: number;
  right: number;
  /** Coins that shared an asset with another for longer than a day. */
  joined_wrongly: string[];
  /** The wrong coins of the last day, in words. */
  wrong_at_end: string[];
  /** Assets of the last day that contain exactly the listings of one coin, and all assets. */
  assets: number;
  assets_right: number;
}

/** Plays the days of a market, and compares the resolution of each day with the truth. */
export function play(seed: number, coins: number, days: number): Outcome {
  const market = new Market(seed, coins);
  const watcher = new Watcher(market);
  const joined = new Map<string, number>();
  const outcome: Outcome = {
    coin_days: 0,
    right: 0,
    joined_wrongly: [],
    wrong_at_end: [],
    assets: 0,
    assets_right: 0,
  };
  for (let day = 0; day < days; day += 1) {
    if (day > 0) market.pass();
    watcher.observe(day);
    judge(watcher, outcome, joined);
  }
  return outcome;
}

function judge(watcher: Watcher, outcome: Outcome, joined: Map<string, number>): void {
  const assets = watcher.assets();
  const coinsOf = new Map<string, Set<number>>();
  const assetsOf = new Map<number, Set<string>>();
  for (const [{ entry }, asset] of assets) {
    coinsOf.set(asset, (coinsOf.get(asset) ?? new Set()).add(entry.coin.id));
    assetsOf.set(entry.coin.id, (assetsOf.get(entry.coin.id) ?? new Set()).add(asset));
  }
  outcome.wrong_at_end = [];
  for (const [coin, its] of assetsOf) {
    const [asset = '', ...more] = its;
    outcome.coin_days += 1;
    if (more.length === 0 && coinsOf.get(asset)?.size === 1) outcome.right += 1;
    else
      outcome.wrong_at_end.push(
        watcher.known
          .filter(({ entry }) => entry.coin.id === coin)
          .map((one) => watcher.explain(one))
          .join('\n'),
      );
  }
  for (const [asset, coins] of coinsOf) {
    if (coins.size === 1) continue;
    const pair = `${asset}: ${[...coins].sort((a, b) => a - b).join(' ')}`;
    joined.set(pair, (joined.get(pair) ?? 0) + 1);
    if (joined.get(pair) === 2) outcome.joined_wrongly.push(pair);
  }
  outcome.assets = coinsOf.size;
  outcome.assets_right = [...coinsOf.values()].filter(
    (coins) => coins.size === 1 && assetsOf.get([...coins][0] ?? -1)?.size === 1,
  ).length;
}

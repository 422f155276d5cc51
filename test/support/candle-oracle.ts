import type { CandleInterval } from '../../src/domain/candle.ts';

// Candles computed naively from readings: an oracle for tests, without any code of the product.

export interface Tick {
  listing: string;
  /** Whole seconds. */
  at: string;
  price: string;
  beat: number;
}

/** A bar of a file; `at` is its end. */
export interface Bar {
  listing: string;
  at: string;
  close: string;
}

export interface Known {
  ticks: Tick[];
  bars: Bar[];
  /** By bucketName: the contents of a thinned bucket. */
  frozen: Map<string, Tick[]>;
  version: string;
}

export interface Expected {
  listing: string;
  basis: 'observed' | 'reported';
  open_time: string;
  open: string | null;
  high: string | null;
  low: string | null;
  close: string;
  count: number | null;
  first_at: string | null;
  last_at: string | null;
  complete: boolean;
}

const LENGTH = { '1h': 3_600_000, '1d': 86_400_000 };

const ms = (at: string) => Date.parse(at);
export const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');
export const bucketName = (listing: string, interval: CandleInterval, open_time: string) =>
  `${listing} ${interval} ${open_time}`;

export function observedOf(known: Known, interval: CandleInterval): Expected[] {
  const length = LENGTH[interval];
  const opens = (tick: Tick) => iso(Math.floor(ms(tick.at) / length) * length);
  const buckets = new Map<string, Tick[]>();
  for (const tick of known.ticks) {
    const name = bucketName(tick.listing, interval, opens(tick));
    buckets.set(name, [...(buckets.get(name) ?? []), tick]);
  }
  for (const [name, ticks] of known.frozen) if (name.includes(` ${interval} `)) buckets.set(name, ticks);
  return [...buckets.entries()].map(([name, own]) => {
    const [listing = '', , open_time = ''] = name.split(' ');
    const end = iso(ms(open_time) + length);
    const border = (buckets.get(bucketName(listing, interval, end)) ?? []).filter(({ at }) => at === end);
    return candleOf({ listing, open_time, end }, own, border, known.version);
  });
}

function candleOf(
  { listing, open_time, end }: { listing: string; open_time: string; end: string },
  own: Tick[],
  border: Tick[],
  version: string,
): Expected {
  const inOrder = own.toSorted((a, b) => ms(a.at) - ms(b.at));
  const all = [...inOrder, ...border];
  const [first, last, lastOwn] = [all[0], all.at(-1), inOrder.at(-1)];
  if (!first || !last || !lastOwn) throw new Error('A bucket has a reading of its own.');
  const inside = own.some(({ at }) => at !== open_time);
  const prices = all.map(({ price }) => Number(price));
  const slack = 2 * lastOwn.beat * 1000;
  return {
    listing,
    basis: 'observed',
    open_time,
    open: first.price,
    high: inside ? String(Math.max(...prices)) : null,
    low: inside ? String(Math.min(...prices)) : null,
    close: last.price,
    count: all.length,
    first_at: first.at,
    last_at: last.at,
    complete:
      ms(end) <= ms(version) && ms(first.at) <= ms(open_time) + slack && ms(last.at) >= ms(end) - slack,
  };
}

const reportedOf = ({ bars }: Known, interval: CandleInterval): Expected[] =>
  bars
    .filter(({ listing }) => listing.endsWith(`:${interval}`))
    .map(({ listing, at, close }) => ({
      listing,
      basis: 'reported',
      open_time: iso(ms(at) - LENGTH[interval]),
      open: null,
      high: null,
      low: null,
      close,
      count: null,
      first_at: null,
      last_at: null,
      complete: true,
    }));

/** One candle per asset and bucket. `order` are the listings in their order of answering, `assets` their assets. */
export function consolidatedOf(
  known: Known,
  interval: CandleInterval,
  { order, assets }: { order: string[]; assets: Record<string, string> },
): Expected[] {
  const covers = ({ count, first_at, last_at, open_time }: Expected) => {
    if (interval === '1d') return Number(count) >= 12;
    const end = iso(ms(open_time) + LENGTH[interval]);
    return Number(count) - Number(first_at === open_time) - Number(last_at === end) >= 2;
  };
  const buckets = new Map<string, Expected[]>();
  const bars = reportedOf(known, interval).filter(({ open_time }) => ms(open_time) % LENGTH[interval] === 0);
  for (const each of [...observedOf(known, interval), ...bars]) {
    const name = `${each.open_time} ${assets[each.listing]}`;
    buckets.set(name, [...(buckets.get(name) ?? []), each]);
  }
  return [...buckets.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, all]) => {
      const inOrder = all.toSorted((a, b) => order.indexOf(a.listing) - order.indexOf(b.listing));
      const covering = inOrder.find((each) => each.basis === 'observed' && covers(each));
      const reported = inOrder.find(({ basis }) => basis === 'reported');
      const most = inOrder.toSorted((a, b) => Number(b.count) - Number(a.count))[0];
      const chosen = covering ?? reported ?? most;
      if (!chosen) throw new Error('A bucket has a candle.');
      return chosen;
    });
}

import { type Decimal, isNegative, isZero } from './decimal.ts';

export interface PriceMove {
  external_id: string;
  from: Decimal;
  to: Decimal;
  /** Exact, rounded half away from zero to two decimals. */
  change_percent: Decimal;
}

/** Prices by external id; unknown ones are null. */
export type Prices = ReadonlyMap<string, Decimal | null>;

/** The common coins of two lists of prices, and the others. Ids are in the order of their list. */
export interface Coverage {
  both: number;
  fresh: string[];
  gone: string[];
}

export function compareCoverage(a: Prices, b: Prices): Coverage {
  const fresh = [...b.keys()].filter((id) => !a.has(id));
  const gone = [...a.keys()].filter((id) => !b.has(id));
  return { both: b.size - fresh.length, fresh, gone };
}

/** The coins with the largest relative price changes in per cent, largest first; at most `most` of them. */
export function largestMoves(a: Prices, b: Prices, most: number): PriceMove[] {
  const moves = [...b].flatMap(([external_id, to]) => {
    const from = a.get(external_id) ?? null;
    if (from === null || to === null || isZero(from) || isNegative(from)) return [];
    const hundredths = changeInHundredths(from, to);
    return hundredths === 0n ? [] : [{ external_id, from, to, hundredths }];
  });
  const size = (value: bigint) => (value < 0n ? -value : value);
  return moves
    .toSorted(
      (x, y) =>
        Number(size(y.hundredths) > size(x.hundredths)) - Number(size(y.hundredths) < size(x.hundredths)),
    )
    .slice(0, most)
    .map(({ hundredths, ...move }) => ({ ...move, change_percent: written(hundredths) }));
}

/** The change in hundredths of a per cent. It uses only integers, so prices of any length lose no digit. */
function changeInHundredths(from: Decimal, to: Decimal): bigint {
  const places = Math.max(placesOf(from), placesOf(to));
  const [base, next] = [scaled(from, places), scaled(to, places)];
  const change = (next - base) * 10_000n;
  const half = change < 0n ? -base : base;
  return (2n * change + half) / (2n * base);
}

const placesOf = (decimal: Decimal): number => decimal.split('.')[1]?.length ?? 0;

function scaled(decimal: Decimal, places: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

function written(hundredths: bigint): Decimal {
  const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
  return `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

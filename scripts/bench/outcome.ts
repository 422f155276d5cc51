import { rounded, type Spread } from './numbers.ts';

/** The findings of one part of the bench. */
export interface Outcome {
  figures: Figure[];
  tables: Table[];
}

/** One figure, with the bound that judges it. */
export interface Figure {
  name: string;
  unit: string;
  value: number | null;
  /** The least and the most of the rounds. */
  least: number | null;
  most: number | null;
  wanted: string | null;
  met: boolean | null;
}

export interface Table {
  title: string;
  rows: Record<string, string | number | null>[];
}

type Bound = { at_most: number } | { at_least: number };

/** A figure from rounds or from one value; null is unknown. */
export function figure(name: string, unit: string, value: Spread | number | null, bound?: Bound): Figure {
  const single = typeof value === 'number' ? { median: value, least: value, most: value } : value;
  const middle = single === null || !Number.isFinite(single.median) ? null : rounded(single.median);
  return {
    name,
    unit,
    value: middle,
    least: middle === null || single === null ? null : rounded(single.least),
    most: middle === null || single === null ? null : rounded(single.most),
    wanted: bound === undefined ? null : 'at_most' in bound ? `≤ ${bound.at_most}` : `≥ ${bound.at_least}`,
    met:
      bound === undefined || middle === null
        ? null
        : 'at_most' in bound
          ? middle <= bound.at_most
          : middle >= bound.at_least,
  };
}

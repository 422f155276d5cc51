import type { ComparedReply, ComparedRunRow } from '../../db/runs/compare.ts';
import { compareShapes } from '../../domain/drift/shape-change.ts';
import { compareCoverage, largestMoves, type Prices } from '../../domain/price-move.ts';
import type { Stores } from '../../proof/check-bytes.ts';
import { readPrices } from '../../proof/read-prices.ts';
import { jsonDecimal } from '../json.ts';

const SHOWN_MAX = 20;

interface Side {
  run: ComparedRunRow;
  reply: ComparedReply | undefined;
}

/** One endpoint of two runs. Coins and prices come from the bytes, which are read one reply after the other. */
export async function compareReplies(stores: Stores, endpoint: string, a: Side, b: Side, decimals: Decimals) {
  const lists = a.reply && b.reply ? await comparePrices(stores, a, b, decimals) : NOT_READ;
  return {
    endpoint,
    in: a.reply && b.reply ? 'both' : a.reply ? 'a' : 'b',
    records: change(a.reply?.records ?? null, b.reply?.records ?? null),
    ...lists,
    null_rates: a.reply && b.reply ? nullRates(a.reply, b.reply) : [],
    schema_changes: a.reply?.fields && b.reply?.fields ? compareShapes(a.reply.fields, b.reply.fields) : [],
  };
}

type Decimals = 'number' | 'string' | undefined;
const NOT_READ = { coverage: null, moves: null, problem: null };

/** Two figures and their difference; null if one is unknown. */
export const change = (a: number | null, b: number | null) => ({
  a,
  b,
  change: a === null || b === null ? null : b - a,
});

async function comparePrices(stores: Stores, a: Side, b: Side, decimals: Decimals) {
  const before = await pricesOf(stores, a);
  if ('code' in before) return { ...NOT_READ, problem: before };
  const after = isSameReply(a, b) ? before : await pricesOf(stores, b);
  if ('code' in after) return { ...NOT_READ, problem: after };
  const { both, fresh, gone } = compareCoverage(before, after);
  const moves = largestMoves(before, after, SHOWN_MAX).map(({ external_id, from, to, change_percent }) => ({
    external_id,
    price_usd_a: jsonDecimal(from, decimals),
    price_usd_b: jsonDecimal(to, decimals),
    change_percent: jsonDecimal(change_percent, decimals),
  }));
  return { coverage: { both, new: sampled(fresh), gone: sampled(gone) }, moves, problem: null };
}

const isSameReply = (a: Side, b: Side) => a.run.id === b.run.id;
const sampled = (ids: string[]) => ({ total: ids.length, sample: ids.slice(0, SHOWN_MAX) });

async function pricesOf(stores: Stores, { run, reply }: Side): Promise<Prices | RunProblem> {
  const run_id = Number(run.id);
  if (run.source === 'csv' || reply === undefined)
    return { run_id, code: 'file', message: 'Files are compared by their counts only.' };
  const { prices, problem } = await readPrices(stores, { ...reply, source: run.source });
  return prices ?? { run_id, ...problem };
}

interface RunProblem {
  run_id: number;
  code: string;
  message: string;
}

/** Null rates of the fields that were unknown at least once in one of the two. */
function nullRates(a: ComparedReply, b: ComparedReply) {
  const fields = new Set([...Object.keys(a.unknowns ?? {}), ...Object.keys(b.unknowns ?? {})]);
  return [...fields].toSorted().map((field) => {
    const [before, after] = [rateOf(a, field), rateOf(b, field)];
    return {
      field,
      a: before,
      b: after,
      change: before === null || after === null ? null : rounded(after - before),
    };
  });
}

function rateOf({ unknowns, records }: ComparedReply, field: string): number | null {
  if (unknowns === null || records === null || records === 0) return null;
  return rounded((Object.hasOwn(unknowns, field) ? (unknowns[field] ?? 0) : 0) / records);
}

const rounded = (rate: number) => Math.round(rate * 10_000) / 10_000;

import { LATEST_SORTS, type LatestRequest, type LatestSort } from '../../db/observations/latest.ts';
import type { PageKey } from '../../db/observations/page-request.ts';
import type { ObservationRow } from '../../db/observations/row.ts';
import { parseInstant } from '../../domain/instant.ts';
import { KINDS } from '../../domain/observation.ts';
import * as z from '../zod.ts';

/** The position of a row in the order of its list. */
export type DataKey =
  | { list: 'observations'; key: PageKey }
  | { list: 'latest'; key: NonNullable<LatestRequest['after']> };

type Sort = PageKey['sort'] | LatestSort;

const INT4_MAX = 2_147_483_647;
const Int = z.number().int().min(0).max(INT4_MAX);
const At = z.string().refine((text) => parseInstant(text) === text);
const Decimal = z.string().regex(/^-?\d{1,400}(\.\d{1,400})?$/);
const Known = z.tuple([At, Int, At, z.enum(KINDS)]);
const Observed = z.tuple([At, Int, z.enum(KINDS), Int]);

/** The sort values of a row, for a cursor. */
export function keyOf(row: ObservationRow, latest: boolean, sort: Sort): (string | number | null)[] {
  if (latest && isLatestSort(sort)) return [row[sort], row.listing_id];
  if (sort === 'known_at') return [row.known_at, row.listing_id, row.observed_at, row.kind];
  return [row.observed_at, row.listing_id, row.kind, row.revision];
}

/** The key that keyOf wrote, or undefined for values that cannot be a key. */
export function parseKey(after: unknown[], latest: boolean, sort: Sort): DataKey | undefined {
  if (latest) return parseLatestKey(after, sort);
  if (sort === 'known_at') {
    const key = Known.safeParse(after).data;
    if (key === undefined) return undefined;
    const [known_at, listing_id, observed_at, kind] = key;
    return { list: 'observations', key: { sort, known_at, listing_id, observed_at, kind } };
  }
  const key = Observed.safeParse(after).data;
  if (key === undefined) return undefined;
  const [observed_at, listing_id, kind, revision] = key;
  return { list: 'observations', key: { sort: 'observed_at', observed_at, listing_id, kind, revision } };
}

function parseLatestKey(after: unknown[], sort: Sort): DataKey | undefined {
  const value = sort === 'observed_at' ? At : Decimal.nullable();
  const key = z.tuple([value, Int]).safeParse(after).data;
  return key === undefined ? undefined : { list: 'latest', key: { value: key[0], listing_id: key[1] } };
}

const isLatestSort = (sort: Sort): sort is LatestSort => (LATEST_SORTS as readonly string[]).includes(sort);

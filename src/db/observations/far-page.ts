import { type SQL, sql } from 'drizzle-orm';
import { KINDS, type Kind } from '../../domain/observation.ts';
import { namesListings } from './listing-filter.ts';
import type { ObservationRequest } from './page-request.ts';

// A page far into the tape by its offset. Skipped rows are counted in the index alone, merged over the ranges, from
// the nearer end of the tape: the kept counts give the distance of the other end.

const FAR_ROWS = 1000;

/** Whether the page is far, and its skipped rows are exactly those in the kept counts. */
export function isFar({ offset, sort, count, after, filter }: ObservationRequest): boolean {
  // `kept` implies that no instant narrows the rows.
  return (
    offset >= FAR_ROWS &&
    sort === 'observed_at' &&
    count === 'kept' &&
    after === null &&
    !filter.history &&
    !namesListings(filter) &&
    rangesOf(filter).length > 0
  );
}

/** These columns of the rows of such a page, by the `total` of its filter. */
export function rowsFromAfar(request: ObservationRequest, columns: SQL): SQL {
  const { limit, offset, order } = request;
  const behind = sql`(total.total - ${offset}::int)`;
  const isNearerEnd = sql`${offset}::int > total.total / 2`;
  return sql`
    select o.* from (
      (select * from (${merged(request, order)}) k order by ${keyOrder('k', order)}
        limit case when not ${isNearerEnd} then ${limit}::int else 0 end offset ${offset}::int)
      union all
      (select * from (${merged(request, opposite(order))}) k order by ${keyOrder('k', opposite(order))}
        limit case when ${isNearerEnd} then greatest(least(${limit}::int, ${behind}), 0) else 0 end
        offset greatest(${behind} - ${limit}::int, 0))
    ) at
    cross join lateral (
      select ${columns} from observations o
      where o.listing_id = at.listing_id and o.kind = at.kind and o.observed_at = at.observed_at
        and o.revision = at.revision
      offset 0
    ) o`;
}

type Order = ObservationRequest['order'];
const opposite = (order: Order): Order => (order === 'asc' ? 'desc' : 'asc');

// Without the kind, which is the same for all rows of a listing: the planner does not know that an index range of
// one kind returns its rows in an order that includes it.
const keyOrder = (table: string, order: Order): SQL =>
  sql.raw(['observed_at', 'listing_id', 'revision'].map((key) => `${table}.${key} ${order}`).join(', '));

// Each range is a separate statement with an order: the planner merges them and sorts nothing.
function merged({ filter }: ObservationRequest, order: Order): SQL {
  const ranges = rangesOf(filter).map(
    ([source, kind]) => sql`(
      select o.listing_id, o.kind, o.observed_at, o.revision from observations o
      where o.source = ${source}::text and o.kind = ${kind}::text and o.superseded_at is null
      order by ${keyOrder('o', order)} offset 0)`,
  );
  return sql.join(ranges, sql` union all `);
}

// Polled rows are spot rows, and only files have bars: this saves planning two ranges.
const rangesOf = ({ sources, clock, kinds }: ObservationRequest['filter']): [source: string, kind: Kind][] =>
  (sources ?? clock.source_order).flatMap((source) =>
    (kinds ?? KINDS)
      .filter((kind) => kind === 'spot' || source === 'csv')
      .map((kind): [string, Kind] => [source, kind]),
  );

import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import { unknownRefs } from '../identity/asset-ref.ts';
import { type AssetCandidate, ambiguousAssets } from '../identity/find-candidates.ts';
import type { Retained } from '../retention/horizon.ts';
import { selectInstant } from '../sql/instant-text.ts';
import type { LateKnowledge } from './first-knowledge.ts';
import type { ListingFilter } from './listing-filter.ts';

/** The facts that accompany a page. */
export interface PageHeader extends Retained {
  current_version: Instant;
  version: Instant;
  total: number | null;
  unknown_refs: string[] | null;
  /** Assets that share a symbol of the filter. */
  ambiguous: AssetCandidate[] | null;
  /** Matches of the filter that were unknown at as_of. */
  late: LateKnowledge | null;
  /** The parts with the thinned rows of the range; null if there are none, or there is no lake. */
  lake_parts: string[] | null;
}

/** The first row of a page has the header. For an empty page it is the only row, with `listing_id` null. */
export type Headed<Row extends { listing_id: number }> = {
  header: SentHeader | null;
  /** Starts at 1. Rows come in this order, but no sort at the end of the statement guarantees it. */
  position: string | null;
} & (Row | { listing_id: null });

/** The instants without their Z, and only the members that the filter can have. */
interface SentHeader extends Partial<Pick<PageHeader, 'unknown_refs' | 'ambiguous' | 'late' | 'lake_parts'>> {
  /** `current_version`, `version`, `horizon`, `removed_at` */
  at: [string, string, string | null, string | null];
  total: number | null;
}

/**
 * A SentHeader of `v` and `total`, as JSON, for the first row of `page`; the other rows have none, because it is
 * the same for all. It is one column, because each column costs a page something for every row. It is a `case`,
 * because the planner would check a join condition only after it has made the JSON for every row. Null for `late`
 * means that there is none.
 */
export function pageHeader(filter: ListingFilter, late: SQL | null, parts: SQL | null = null): SQL {
  const at = sql.join(
    ['current', 'version', 'horizon', 'removed_at'].map((name) => selectInstant(`v.${name}`)),
    sql`, `,
  );
  const more = [
    filter.refs === null ? sql`` : sql`, 'unknown_refs', ${unknownRefs(filter.refs)}`,
    filter.symbols === null ? sql`` : sql`, 'ambiguous', ${ambiguousAssets(filter)}`,
    late === null ? sql`` : sql`, 'late', ${late}`,
    parts === null ? sql`` : sql`, 'lake_parts', ${parts}`,
  ];
  return sql`
    case when coalesce(page.position, 1) = 1
      then json_build_object('at', json_build_array(${at}), 'total', total.total${sql.join(more)}) end`;
}

/** The rows of a page in order, and its header, which the first of them has. */
export function headerAndRows<Row extends { listing_id: number }>(found: Headed<Row>[]) {
  const rows = found.sort((a, b) => Number(a.position) - Number(b.position));
  return {
    header: headerOf(rows[0]?.header ? [received(rows[0].header)] : []),
    rows: rows.filter((row): row is Headed<Row> & Row => row.listing_id !== null),
  };
}

function received({ at, total, ...sent }: SentHeader): PageHeader {
  const [current, version, horizon, removed] = at;
  return {
    current_version: `${current}Z`,
    version: `${version}Z`,
    horizon: horizon && `${horizon}Z`,
    removed_at: removed && `${removed}Z`,
    total,
    unknown_refs: sent.unknown_refs ?? null,
    ambiguous: sent.ambiguous ?? null,
    late: sent.late ?? null,
    lake_parts: sent.lake_parts ?? null,
  };
}

/** The first row of a page query, which exists even for an empty page: it has version and total. */
export function headerOf<Row>(rows: Row[]): Row {
  const [header] = rows;
  if (header === undefined)
    throw new AppError('misconfigured', 'The database has no tape_version row: run db:migrate.');
  return header;
}

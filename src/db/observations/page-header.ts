import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import { unknownRefs } from '../identity/asset-ref.ts';
import { type AssetCandidate, ambiguousAssets } from '../identity/find-candidates.ts';
import type { Retained } from '../retention/horizon.ts';
import { selectInstant } from '../sql/instant-text.ts';
import type { LateKnowledge } from './first-knowledge.ts';
import type { ListingFilter } from './listing-filter.ts';

/** What is to be known with a page. */
export interface PageHeader extends Retained {
  current_version: Instant;
  version: Instant;
  total: number | null;
  unknown_refs: string[] | null;
  /** Assets that share a symbol of the filter. */
  ambiguous: AssetCandidate[] | null;
  /** What the filter matches but was not known at as_of. */
  late: LateKnowledge | null;
  /** The parts that hold what was thinned of the range; null when none was, or there is no lake. */
  lake_parts: string[] | null;
}

/** The first row of a page brings the header, and comes alone, with `listing_id` null, when the page is empty. */
export type Headed<Row extends { listing_id: number }> = {
  header: SentHeader | null;
  /** From 1 on. Rows come in this order, but no sort at the end of the statement promises it. */
  position: string | null;
} & (Row | { listing_id: null });

/** The instants without their Z, and what a filter cannot have left out. */
interface SentHeader extends Partial<Pick<PageHeader, 'unknown_refs' | 'ambiguous' | 'late' | 'lake_parts'>> {
  /** `current_version`, `version`, `horizon`, `removed_at` */
  at: [string, string, string | null, string | null];
  total: number | null;
}

/**
 * A SentHeader of `v` and `total`, as JSON, for the first row of `page`; the others go without, it is the same for
 * all. One column of it, since each column costs a page something for every row; a `case`, since the planner would
 * apply a condition only after it has made the JSON for every row. Null for `late` says that there is none.
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

/** The rows of a page in their order, and its header, which the first of them brings. */
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

/** The first row of a page query, which comes even with an empty page: it carries version and total. */
export function headerOf<Row>(rows: Row[]): Row {
  const [header] = rows;
  if (header === undefined)
    throw new AppError('misconfigured', 'The database has no tape_version row: run db:migrate.');
  return header;
}

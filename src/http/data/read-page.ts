import type { AssetCandidate } from '../../db/identity/find-candidates.ts';
import type { LateKnowledge } from '../../db/observations/first-knowledge.ts';
import { type LatestSort, listLatest } from '../../db/observations/latest.ts';
import { listObservations } from '../../db/observations/page.ts';
import { type Headed, headerAndRows } from '../../db/observations/page-header.ts';
import type { PageKey, PageRequest } from '../../db/observations/page-request.ts';
import type { Retained } from '../../db/retention/horizon.ts';
import type { Deps } from '../../deps.ts';
import { type Instant, microsOf } from '../../domain/instant.ts';
import { unknownAsset } from '../assets/unknown.ts';
import { beyondRetention, demandKept, horizonOf } from './beyond-retention.ts';
import type { DataRow } from './fields.ts';
import type { DataKey } from './key.ts';
import type { DataRequest } from './request.ts';

export interface Page {
  rows: DataRow[];
  /** Whether rows follow after these. */
  more: boolean;
  version: Instant;
  current_version: Instant;
  total: number | null;
  /** Assets that share a symbol of the filter. */
  ambiguous: AssetCandidate[];
  /** Matches of the filter that were unknown at as_of; null if there are none. */
  late: LateKnowledge | null;
  /** Rows before it are thinned; null if the request does not reach them. */
  thinned_before: Instant | null;
  /** The parts that have the thinned rows; null if the request does not reach any, or there is no lake. */
  lake_parts: string[] | null;
}

/** Where a page begins, and its expected cost. */
export interface PagePlace {
  limit: number;
  offset: number;
  after: DataKey | null;
  version: Instant | null;
  /** The newest version at the first page of the walk; null on that page. */
  began: Instant | null;
  seen: Instant | null;
  count: PageRequest['count'];
}

/** Reads one page in one round trip. Throws `unknown_asset` for an unknown asset, and `beyond_retention`. */
export async function readPage(deps: Deps, request: DataRequest, place: PagePlace): Promise<Page> {
  const found: Headed<DataRow>[] = await pageQuery(deps, request, { ...place, limit: place.limit + 1 });
  if (found.length === 0 && place.seen !== null) return unchanged(place.seen);
  const { header, rows } = headerAndRows<DataRow>(found);
  if (header.unknown_refs !== null) throw await unknownAsset(deps, header.unknown_refs);
  const page = { rows: rows.slice(0, place.limit), more: rows.length > place.limit };
  const horizon = request.latest
    ? horizonOf({ ...request.filter, kinds: ['spot'] }, header)
    : horizonOf(request.filter, header);
  demandExact(request, place, page, { ...header, horizon });
  return {
    ...page,
    version: header.version,
    current_version: header.current_version,
    total: header.total,
    ambiguous: header.ambiguous ?? [],
    late: header.late,
    thinned_before: request.latest ? null : horizon,
    lake_parts: request.latest || horizon === null ? null : header.lake_parts,
  };
}

/** A page that the client already has. */
const unchanged = (version: Instant): Page => ({
  rows: [],
  more: false,
  version,
  current_version: version,
  total: null,
  ambiguous: [],
  late: null,
  thinned_before: null,
  lake_parts: null,
});

/** Throws `beyond_retention` if rows that the page should show, or must continue after, were thinned. */
function demandExact(
  request: DataRequest,
  { version, began, after }: PagePlace,
  { rows, more }: Pick<Page, 'rows' | 'more'>,
  { horizon, removed_at }: Retained,
): void {
  demandKept(request.as_of === null ? 'The cursor' : 'as_of', version, horizon);
  if (request.latest || horizon === null) return; // the newest rows are never thinned
  demandKept('ingested_after', request.filter.known_after, horizon);
  if (began === null || removed_at === null || microsOf(removed_at) <= microsOf(began)) return;
  const sort = request.sort === 'known_at' ? 'known_at' : 'observed_at';
  const from = after?.list === 'observations' && after.key.sort === sort ? after.key : null;
  const oldest = request.order === 'desc' ? rows.at(-1)?.[sort] : keyInstant(from);
  const staysAbove =
    oldest !== undefined && (more || request.order === 'asc') && microsOf(oldest) >= microsOf(horizon);
  if (!staysAbove)
    throw beyondRetention('Rows of this walk have been thinned since it began. Begin it again.', horizon);
}

const keyInstant = (key: PageKey | null): Instant | undefined =>
  key?.sort === 'known_at' ? key.known_at : key?.observed_at;

function pageQuery({ db, settings }: Deps, request: DataRequest, place: PagePlace) {
  const { filter, sort, order, as_of } = request;
  const asked = { filter, order, as_of, ...place };
  if (request.latest) {
    const after = place.after?.list === 'latest' ? place.after.key : null;
    return listLatest(db, { ...asked, sort: sort as LatestSort, after }); // readDataRequest rejects any other sort
  }
  const after = place.after?.list === 'observations' ? place.after.key : null;
  const names_parts = settings.LAKE === 'on';
  return listObservations(db, {
    ...asked,
    names_parts,
    sort: sort === 'known_at' ? sort : 'observed_at',
    after,
  });
}

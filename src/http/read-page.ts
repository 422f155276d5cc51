import { rowsOf } from '../db/client.ts';
import type { AssetCandidate } from '../db/find-candidates.ts';
import type { LateKnowledge } from '../db/first-knowledge.ts';
import { type LatestSort, listLatest } from '../db/list-latest.ts';
import { listObservations, type PageRow, type PageWish } from '../db/list-observations.ts';
import type { ObservationRow } from '../db/observation-row.ts';
import type { Deps } from '../deps.ts';
import type { Instant } from '../domain/instant.ts';
import type { DataKey } from './data-key.ts';
import type { DataRequest } from './data-request.ts';
import { frameOf } from './page-frame.ts';
import { unknownAsset } from './unknown-asset.ts';

export interface Page {
  rows: ObservationRow[];
  /** Whether rows follow behind these. */
  more: boolean;
  version: Instant;
  current_version: Instant;
  total: number | null;
  /** Assets that share a symbol of the filter. */
  ambiguous: AssetCandidate[];
  /** What the filter matches but was not known at as_of; null when there is none. */
  late: LateKnowledge | null;
}

/** Where a page begins and what it should cost. */
export interface PagePlace {
  limit: number;
  offset: number;
  after: DataKey | null;
  pin: Instant | null;
  seen: Instant | null;
  count: PageWish['count'];
}

/** Reads one page in one round trip. Throws `unknown_asset` for an asset nobody has. */
export async function readPage(deps: Deps, request: DataRequest, place: PagePlace): Promise<Page> {
  const found = await rowsOf<PageRow>(pageQuery(deps, request, { ...place, limit: place.limit + 1 }));
  const frame = frameOf(found);
  if (frame.unknown_refs !== null) throw await unknownAsset(deps, frame.unknown_refs);
  const rows = found.filter((row): row is PageRow & ObservationRow => row.listing_id !== null);
  return {
    rows: rows.slice(0, place.limit),
    more: rows.length > place.limit,
    version: frame.version,
    current_version: frame.current_version,
    total: frame.total === null ? null : Number(frame.total),
    ambiguous: frame.ambiguous ?? [],
    late: frame.late,
  };
}

function pageQuery({ db }: Deps, request: DataRequest, place: PagePlace) {
  const { filter, sort, order, as_of } = request;
  const wish = { filter, order, as_of, ...place };
  if (request.latest) {
    const after = place.after?.list === 'latest' ? place.after.key : null;
    return listLatest(db, { ...wish, sort: sort as LatestSort, after }); // readDataRequest lets no other pass
  }
  const after = place.after?.list === 'observations' ? place.after.key : null;
  return listObservations(db, { ...wish, sort: sort === 'known_at' ? sort : 'observed_at', after });
}

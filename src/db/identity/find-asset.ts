import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import type { Clock } from '../observations/prefer-source.ts';
import { instantText } from '../sql/instant-text.ts';
import { unseen, versionAt } from '../tape/scope.ts';
import { type AssetNames, assetNames } from './asset-names.ts';
import { type AssetRef, assetIds } from './asset-ref.ts';
import { type AssetRow, assetRow, bestReading } from './asset-row.ts';
import { MAPPING_JSON, type MappingFacts } from './mapping-row.ts';

export interface AssetListing {
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  first_known_at: Instant;
  mapping: MappingFacts | null;
}

/** The coverage of an asset, per source, kind and period. */
export interface Coverage {
  source: string;
  kind: Kind;
  /** The period of bars, as in their external ids; null for spot rows, or if unknown. */
  period: string | null;
  first: Instant;
  last: Instant;
  rows: number;
  known_since: Instant;
}

export type AssetDetailRow = { current_version: Instant } & (
  | (AssetRow & AssetNames & { listings: AssetListing[]; coverage: Coverage[] })
  | { asset_id: null }
);

export interface AssetRequest extends Clock {
  ref: AssetRef;
  seen: Instant | null;
}

/** One asset with its listings and coverage: one AssetDetailRow, with nulls if there is none. */
export function findAsset(db: Db, request: AssetRequest) {
  return db.execute<AssetDetailRow>('identity.asset')(sql`
    select ${instantText('v.current')} as current_version, found.*
    from (${versionAt(null)}) v
    left join lateral (
      select ${assetRow(request)}, ${assetNames()}, (${LISTINGS}) as listings, (${COVERAGE}) as coverage
      from assets a left join lateral (${bestReading({ ...request, max_age_seconds: null })}) b on true
      where a.id = (${assetIds([request.ref])}) and ${unseen(request.seen)}
    ) found on true`);
}

const LISTINGS: SQL = sql`
  select coalesce(json_agg(json_build_object('source', l.source, 'external_id', l.external_id, 'symbol', l.symbol,
    'name', l.name, 'first_known_at', ${instantText('l.first_known_at')}, 'mapping', (
      select ${MAPPING_JSON} from mappings m where m.listing_id = l.id and m.state = 'active'))
    order by l.source, l.external_id), '[]')
  from listings l where l.asset_id = a.id`;

// The last part of a bar series' external id, unless it means that the period is unknown.
const PERIOD = sql`
  case when c.kind = 'bar_close' then substring(l.external_id from ':(\\d{1,3}(?:mo|m|h|d|w))$') end`;

const COVERAGE: SQL = sql`
  select coalesce(json_agg(json_build_object('source', t.source, 'kind', t.kind, 'period', t.period,
    'first', ${instantText('t.first')}, 'last', ${instantText('t.last')}, 'rows', t.rows,
    'known_since', ${instantText('t.known_since')}) order by t.source, t.kind, t.period), '[]')
  from (
    select c.source, c.kind, ${PERIOD} as period, min(c.first_observed_at) as first, max(c.last_observed_at) as last,
      sum(c.observations)::bigint as rows, min(c.first_known_at) as known_since
    from listings l join counts c on c.listing_id = l.id
    where l.asset_id = a.id and c.observations > 0
    group by 1, 2, 3
  ) t`;

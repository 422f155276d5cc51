import { type SQL, sql } from 'drizzle-orm';
import type { MappingState, Method } from '../../domain/identity/evidence.ts';
import type { Db } from '../client.ts';
import { type ListingFilter, listingConditions } from '../observations/listing-filter.ts';
import { type AssetRef, assetIds, unknownRefs } from './asset-ref.ts';
import { MAPPING_JSON, type MappingFacts } from './mapping-row.ts';

export interface MappingsFilter extends Omit<ListingFilter, 'refs'> {
  /** Mappings to these assets. */
  refs: AssetRef[] | null;
  methods: Method[] | null;
  states: MappingState[] | null;
  is_flagged: boolean | null;
}

export interface MappingsRequest {
  filter: MappingsFilter;
  limit: number;
  offset: number;
  /** After the mapping with this id. */
  after: number | null;
}

export interface MappingRow {
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  mapping: MappingFacts;
}

/** A mapping of a page; an empty page is one row of nulls with the number of all matches. */
export type MappingPageRow = { total: string; unknown_refs: string[] | null; position: string | null } & (
  | MappingRow
  | { mapping: null; source: null }
);

/** One page of mappings, newest first: MappingPageRow rows. */
export function listMappings(db: Db, { filter, limit, offset, after }: MappingsRequest) {
  return db.execute<MappingPageRow>('identity.mappings')(sql`
    select total.total, ${unknownRefs(filter.refs)} as unknown_refs, page.*
    from (select count(*) as total ${FROM} where ${conditions(filter)}) total
    left join (
      select m.id as position, l.source, l.external_id, l.symbol, l.name, ${MAPPING_JSON} as mapping
      ${FROM}
      where ${conditions(filter)} and ${after === null ? sql`true` : sql`m.id < ${after}::bigint`}
      order by m.id desc
      limit ${limit}::int offset ${offset}::int
    ) page on true
    order by page.position desc`);
}

const FROM = sql`from mappings m join listings l on l.id = m.listing_id`;

/** An active mapping that evidence contradicts is also in conflict. */
const inStates = (states: readonly MappingState[]): SQL => sql`(
  m.state = any(${sql.param([...states])}::text[])
  or (${states.includes('conflict')}::boolean and m.state = 'active' and m.evidence ->> 'contested_by' is not null))`;

function conditions({ refs, methods, states, is_flagged, ...listings }: MappingsFilter): SQL {
  return sql.join(
    [
      listingConditions({ ...listings, refs: null }),
      states === null ? sql`m.state <> 'ended'` : inStates(states),
      ...(refs ? [sql`m.asset_id in (${assetIds(refs)})`] : []),
      ...(methods ? [sql`m.method = any(${sql.param(methods)}::text[])`] : []),
      ...(is_flagged === null ? [] : [sql`(m.flagged_at is not null) = ${is_flagged}::boolean`]),
    ],
    sql` and `,
  );
}

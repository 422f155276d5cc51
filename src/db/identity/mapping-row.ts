import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Evidence, MappingState, Method } from '../../domain/identity/evidence.ts';
import type { Instant } from '../../domain/instant.ts';
import { instantText } from '../sql/instant-text.ts';
import type { DecisionAction } from './decisions.ts';

/** How a listing was or may be mapped to an asset. */
export interface MappingFacts {
  id: number;
  asset_id: string;
  method: Method;
  confidence: Decimal;
  evidence: Evidence;
  state: MappingState;
  flagged_at: Instant | null;
  flag_reason: string | null;
  valid_from: Instant;
  valid_to: Instant | null;
  decisions: {
    id: number;
    action: DecisionAction;
    asset_id: string;
    who: string;
    why: string;
    decided_at: Instant;
    undone_at: Instant | null;
    undone_by: string | null;
    undone_why: string | null;
  }[];
  /** For a proposal or a conflict: the present prices of the two series. */
  prices: MappingPrice[];
}

/** The newest price of a listing: the mapped one, or one of the asset. */
export interface MappingPrice {
  source: string;
  external_id: string;
  is_mapped: boolean;
  price_usd: Decimal | null;
  observed_at: Instant;
}

/** A MappingFacts as JSON, from `m`, a row of mappings. */
export const MAPPING_JSON: SQL = sql`json_build_object(
  'id', m.id, 'asset_id', m.asset_id, 'method', m.method, 'confidence', m.confidence::text, 'evidence', m.evidence,
  'state', m.state, 'flagged_at', ${instantText('m.flagged_at')}, 'flag_reason', m.flag_reason,
  'valid_from', ${instantText('m.valid_from')}, 'valid_to', ${instantText('m.valid_to')},
  'decisions', (
    select coalesce(json_agg(json_build_object('id', d.id, 'action', d.action, 'asset_id', d.asset_id, 'who', d.who,
      'why', d.why, 'decided_at', ${instantText('d.decided_at')}, 'undone_at', ${instantText('d.undone_at')},
      'undone_by', d.undone_by, 'undone_why', d.undone_why) order by d.id), '[]')
    from decisions d where d.mapping_id = m.id),
  'prices', case when m.state in ('proposed', 'conflict') or m.evidence ->> 'contested_by' is not null then (
    select coalesce(json_agg(json_build_object('source', p.source, 'external_id', p.external_id,
      'is_mapped', p.id = m.listing_id, 'price_usd', o.price_usd::text, 'observed_at', ${instantText('o.observed_at')})
      order by p.id = m.listing_id desc, p.source, p.external_id), '[]')
    from listings p join latest_observations o on o.listing_id = p.id
    where p.id = m.listing_id or p.asset_id = m.asset_id) else '[]' end)`;

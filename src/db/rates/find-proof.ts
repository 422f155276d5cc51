import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { RateKey } from '../../domain/rate.ts';
import type { Db } from '../client.ts';
import { ORIGIN, type OriginFacts, originOf } from '../payloads/origin.ts';
import { instantText, selectInstant } from '../sql/instant-text.ts';
import { type Scope, unseen, versionAt } from '../tape/scope.ts';
import { CURRENCIES, RATE_ROW, type RateRow } from './reading.ts';

/** One rate with the path to its bytes. */
export interface ProvableRate extends RateRow, OriginFacts {
  superseded_at: Instant | null;
  /** The pointer of its record, and of the record of the US dollar. */
  pointer: string;
  usd_pointer: string;
  normalizer_version: number;
}

export type RateProofRow = { current_version: Instant } & (
  | ProvableRate
  | { [Key in keyof ProvableRate]: null }
);

/** The same scope as for a proof of an observation. */
const scopeOf = ({ source, observed_at }: RateKey): Scope => ({
  touched: sql`
    select max(greatest(o.known_at, o.superseded_at)) from rates o
    where o.source = ${source} and o.observed_at = ${observed_at}::timestamptz`,
  unless: sql`exists (
    select from rates o join raw_payloads p on p.id = o.raw_payload_id
    where o.source = ${source} and o.observed_at = ${observed_at}::timestamptz and p.expired_at is not null)`,
});

/** One rate with its origin: one RateProofRow, with nulls if there is no such rate. */
export function findRateProof(db: Db, key: RateKey, seen: Instant | null) {
  return db.execute<RateProofRow>('rates.proof')(sql`
    select ${selectInstant('v.current')} as current_version, found.*
    from (${versionAt(null, scopeOf(key))}) v
    left join lateral (
      select ${RATE_ROW}, ${SUPERSEDED} as superseded_at, c.pointer,
        o.pointers[array_position(o.currencies, 'usd')] as usd_pointer, o.normalizer_version, ${ORIGIN}
      from rates o cross join ${CURRENCIES} ${originOf('o')}
      where o.source = ${key.source} and o.observed_at = ${key.observed_at}::timestamptz
        and o.revision = ${key.revision}::int and c.currency = ${key.currency} and ${unseen(seen)}
    ) found on true`);
}

const SUPERSEDED: SQL = instantText('o.superseded_at');

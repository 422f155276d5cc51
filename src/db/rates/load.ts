import { sql } from 'drizzle-orm';
import type { CurrencyRate } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import type { BatchOrigin } from '../observations/judge.ts';
import type { LoadedRow } from '../observations/load.ts';
import { closeStamped } from '../tape/version.ts';

/**
 * Loads the rates of one reply by the rule of observations: an equal reading is a duplicate; a different value from
 * a later payload supersedes. Counts each currency in the run. Returns one LoadedRow.
 */
export function loadRates(db: Db, origin: BatchOrigin, rates: CurrencyRate[]) {
  const [first] = rates;
  const texts = (value: (rate: CurrencyRate) => string | null) => sql.param(rates.map(value));
  return db.execute<LoadedRow>('rates.load')(sql`
    with input as (
      select ${first?.observed_at ?? null}::timestamptz as observed_at,
        ${texts(({ currency }) => currency)}::text[] as currencies, ${texts(({ name }) => name)}::text[] as names,
        ${texts(({ units_per_btc }) => units_per_btc)}::numeric[] as units_per_btc,
        ${texts(({ pointer }) => pointer)}::text[] as pointers
    ), judged as (
      select i.*, cardinality(i.currencies) as count, q.revision as old_revision,
        case
          when q.revision is null or q.superseded_at is not null then 'new'
          when (i.currencies, i.units_per_btc) = (q.currencies, q.units_per_btc) then 'duplicate'
          when ${origin.fetched_at}::timestamptz > p.fetched_at then 'changed'
          else 'older'
        end as verdict
      from input i
      left join lateral (
        select * from rates q where q.source = ${origin.source} and q.observed_at = i.observed_at
        order by q.revision desc limit 1
      ) q on true
      left join raw_payloads p on p.id = q.raw_payload_id
    ), superseded as (
      update rates q set superseded_at = v.next_version
      from judged j cross join tape_version v
      where j.verdict = 'changed' and q.source = ${origin.source} and q.observed_at = j.observed_at
        and q.revision = j.old_revision
    ), inserted as (
      insert into rates (source, observed_at, revision, known_at, currencies, names, units_per_btc, pointers,
        raw_payload_id, run_id, normalizer_version, flags)
      select ${origin.source}, j.observed_at, coalesce(j.old_revision, 0) + 1, v.next_version, j.currencies, j.names,
        j.units_per_btc, j.pointers, ${origin.raw_payload_id}::bigint, ${origin.run_id}::bigint,
        ${origin.normalizer_version}::smallint, ${sql.param(first?.flags ?? [])}::text[]
      from judged j cross join tape_version v
      where j.verdict in ('new', 'changed')
      returning revision
    ), rejected as (
      insert into rejects (source, run_id, raw_payload_id, pointer, code, message, raw, rejected_at)
      select ${origin.source}, ${origin.run_id}::bigint, ${origin.raw_payload_id}::bigint, pointer, 'older_payload',
        'A payload fetched later already gave another value for this instant.', '', clock_timestamp()
      from judged j cross join unnest(j.pointers) pointer
      where j.verdict = 'older'
      on conflict (raw_payload_id, pointer) do nothing
    ), version as (${closeStamped('rates', sql`exists (select from inserted)`)})
    update runs r
    set rows_read = rows_read + j.count,
      rows_inserted = rows_inserted + case when j.verdict in ('new', 'changed') then j.count else 0 end,
      rows_duplicate = rows_duplicate + case when j.verdict = 'duplicate' then j.count else 0 end,
      rows_rejected = rows_rejected + case when j.verdict = 'older' then j.count else 0 end
    from judged j
    where r.id = ${origin.run_id}::bigint
    returning case when j.verdict in ('new', 'changed') then j.count else 0 end::bigint as inserted,
      case when j.verdict = 'duplicate' then j.count else 0 end::bigint as duplicate,
      case when j.verdict = 'older' then j.count else 0 end::bigint as rejected,
      case when j.verdict = 'older' then j.pointers end as rejected_pointers`);
}

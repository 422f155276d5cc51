import { type SQL, sql } from 'drizzle-orm';
import type { IdentityChanges } from '../../domain/identity/changes.ts';
import type { ListingFacts, ResolvedMapping } from '../../domain/identity/evidence.ts';
import type { Db } from '../client.ts';
import { type Lease, releaseLease, renewLease } from '../tape/leases.ts';
import { closeVersion, openVersion } from '../tape/version.ts';
import type { CoinList } from './read.ts';
import { SILENT_AFTER } from './silence.ts';

/** The input of a resolution. */
interface ResolvedOf {
  /** Listings to resolve, as they were read. */
  unresolved: readonly ListingFacts[];
  /** Sources whose listings can leave. */
  polled: readonly string[];
  lists: readonly CoinList[];
}

/**
 * Writes the changes of a resolution and releases the lease, as one batch: the same number of statements for any
 * number of rows. An unresolved listing that was renamed since it was read stays unresolved. The tape gets a new
 * version if a listing has another asset, or an asset another name or status.
 */
export function writeIdentity(
  db: Db,
  lease: Lease,
  { assets, merged, ended, changed, added }: IdentityChanges,
  { unresolved, polled, lists }: ResolvedOf,
) {
  const leaving = changed.filter(({ state }) => state !== 'active').map(({ id }) => id);
  return [
    renewLease(db, lease),
    openVersion(db, { changed: 'mappings' }),
    db.execute('identity.write-assets')(sql`
      insert into assets (id, symbol, name, created_at)
      select i.id, i.symbol, i.name, v.next_version
      from unnest(${sql.param(assets.map(({ id }) => id))}::text[], ${sql.param(assets.map(({ symbol }) => symbol))}::text[],
        ${sql.param(assets.map(({ name }) => name))}::text[]) as i (id, symbol, name)
      cross join tape_version v
      on conflict (id) do update set symbol = excluded.symbol, name = excluded.name, merged_into = null`),
    db.execute('identity.merge-assets')(sql`
      update assets a set merged_into = i.into_id
      from unnest(${sql.param(merged.map(({ id }) => id))}::text[], ${sql.param(merged.map(({ into }) => into))}::text[])
        as i (id, into_id)
      where a.id = i.id`),
    // Mappings end first, because a listing has at most one active mapping at any moment.
    db.execute('identity.end-mappings')(sql`
      update mappings m
      set state = case when m.id = any(${sql.param(ended)}::bigint[]) then 'ended' else 'proposed' end,
        valid_to = case when m.id = any(${sql.param(ended)}::bigint[]) then v.next_version end
      from tape_version v
      where m.id = any(${sql.param([...ended, ...leaving])}::bigint[])`),
    db.execute('identity.change-mappings')(sql`
      update mappings m
      set method = i.method, confidence = i.confidence, evidence = i.evidence, state = i.state,
        valid_from = case when m.state = 'active' or i.state <> 'active' then m.valid_from else v.next_version end,
        flag_reason = i.flag_reason,
        flagged_at = case when i.flag_reason is null then null else coalesce(m.flagged_at, v.next_version) end
      from (select unnest(${sql.param(changed.map(({ id }) => id))}::bigint[]) as id, ${columns(changed)}) i
      cross join tape_version v
      where m.id = i.id`),
    db.execute('identity.add-mappings')(sql`
      insert into mappings (listing_id, asset_id, method, confidence, evidence, state, flag_reason, flagged_at, valid_from)
      select i.listing_id, i.asset_id, i.method, i.confidence, i.evidence, i.state, i.flag_reason,
        case when i.flag_reason is null then null else v.next_version end, v.next_version
      from (select ${columns(added)}) i cross join tape_version v`),
    followMappings(db, {
      assets: assets.length,
      ids: [...added, ...changed].map((m) => m.listing_id),
      ended,
    }),
    settle(db, unresolved),
    followStatus(db, polled, lists),
    releaseLease(db, lease),
  ] as const;
}

function columns(mappings: readonly ResolvedMapping[]): SQL {
  const column = (type: string, name: string, values: unknown[]) =>
    sql`unnest(${sql.param(values)}::${sql.raw(`${type}[]`)}) as ${sql.raw(name)}`;
  return sql.join(
    [
      column(
        'int',
        'listing_id',
        mappings.map((m) => m.listing_id),
      ),
      column(
        'text',
        'asset_id',
        mappings.map((m) => m.asset_id),
      ),
      column(
        'text',
        'method',
        mappings.map((m) => m.method),
      ),
      column(
        'numeric',
        'confidence',
        mappings.map((m) => m.confidence),
      ),
      column(
        'jsonb',
        'evidence',
        mappings.map((m) => JSON.stringify(m.evidence)),
      ),
      column(
        'text',
        'state',
        mappings.map((m) => m.state),
      ),
      column(
        'text',
        'flag_reason',
        mappings.map((m) => m.flag_reason),
      ),
    ],
    sql`, `,
  );
}

/** Reads join only listings, so each listing has the asset of its active mapping, if there is one. */
const followMappings = (db: Db, touched: { assets: number; ids: number[]; ended: number[] }) =>
  db.execute('identity.follow-mappings')(sql`
    with moved as (
      update listings l set asset_id = t.asset_id
      from (
        select i.id, m.asset_id
        from (
          select unnest(${sql.param(touched.ids)}::int[]) as id
          union
          select listing_id from mappings where id = any(${sql.param(touched.ended)}::bigint[])
        ) i
        left join mappings m on m.listing_id = i.id and m.state = 'active'
      ) t
      where l.id = t.id and l.asset_id is distinct from t.asset_id
      returning l.id
    )
    ${closeVersion(sql`exists (select from moved) or ${touched.assets > 0}::boolean`)}`);

const settle = (db: Db, seen: readonly ListingFacts[]) =>
  db.execute('identity.settle')(sql`
    update listings l set is_resolved = true
    from unnest(${sql.param(seen.map(({ id }) => id))}::int[], ${sql.param(seen.map(({ symbol }) => symbol))}::text[],
      ${sql.param(seen.map(({ name }) => name))}::text[]) as i (id, symbol, name)
    where l.id = i.id and (l.symbol, l.name) is not distinct from (i.symbol, i.name)`);

/**
 * An asset is inactive if each of its polled listings is gone, or was missing for days while its source sent its
 * list. Files and sources without a list do not decide this.
 */
const followStatus = (db: Db, polled: readonly string[], lists: readonly CoinList[]) =>
  db.execute('identity.follow-status')(sql`
    with listed as (
      select c.source, c.fetched_at
      from unnest(${sql.param(lists.map(({ id }) => id))}::text[], ${sql.param(lists.map((list) => list.coin_list))}::text[])
        as i (source, endpoint)
      join checkpoints c on (c.source, c.endpoint) = (i.source, i.endpoint)
    ), judged as (
      select l.asset_id, bool_and(
        l.gone_at is not null or coalesce(l.seen_at < s.fetched_at - ${SILENT_AFTER}, false)) as is_inactive
      from listings l left join listed s on s.source = l.source
      where l.asset_id is not null and l.source = any(${sql.param(polled)}::text[])
      group by l.asset_id
    ), changed as (
      update assets a set inactive_since = case when j.is_inactive then v.next_version end
      from judged j cross join tape_version v
      where a.id = j.asset_id and (a.inactive_since is not null) <> j.is_inactive
      returning a.id
    )
    ${closeVersion(sql`exists (select from changed)`)}`);

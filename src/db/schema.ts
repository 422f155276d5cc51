import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 6, mode: 'string' });
const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/**
 * The version of the whole tape: the known_at of the newest committed load. Each load locks this one row,
 * so known_at rises in commit order and a cursor that pins a version never sees a row appear behind it.
 * `next_version` is what the load in progress stamps on its rows; it means nothing outside a transaction.
 */
export const tapeVersion = pgTable(
  'tape_version',
  {
    id: boolean('id').primaryKey().default(true),
    version: instant('version').notNull(),
    next_version: instant('next_version').notNull(),
    /** `live` or `sandbox`, set by the first run; a run of the other mode is refused. */
    mode: text('mode'),
  },
  (t) => [check('tape_version_one_row', sql`${t.id}`)],
);

/** Who may work now. `token` is the fence: a holder whose token is gone may not commit. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  token: bigint('token', { mode: 'number' }).notNull(),
  expires_at: instant('expires_at').notNull(),
});

/** One attempt to move data for one source. */
export const runs = pgTable(
  'runs',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    trigger: text('trigger').notNull(),
    status: text('status').notNull(),
    accepted_at: instant('accepted_at').notNull(),
    started_at: instant('started_at'),
    finished_at: instant('finished_at'),
    rows_read: count('rows_read'),
    rows_inserted: count('rows_inserted'),
    rows_duplicate: count('rows_duplicate'),
    rows_rejected: count('rows_rejected'),
    error_code: text('error_code'),
    error_message: text('error_message'),
    /** Why the run's rows were taken back, and when that was done. */
    withdraw_reason: text('withdraw_reason'),
    withdrawn_at: instant('withdrawn_at'),
  },
  (t) => [
    index('runs_source_started').on(t.source, t.started_at),
    index('runs_open').on(t.source).where(sql`${t.status} in ('queued', 'running')`),
    check(
      'runs_status',
      sql`${t.status} in ('queued', 'running', 'succeeded', 'partial', 'failed', 'skipped')`,
    ),
  ],
);

/** Where each endpoint of a source stands: its last good reply and the newest observed_at committed from it. */
export const checkpoints = pgTable(
  'checkpoints',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    fetched_at: instant('fetched_at').notNull(),
    watermark: instant('watermark'),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint] })],
);

/** One row per upstream reply, failed ones too: the audit index of the bytes in R2. */
export const rawPayloads = pgTable(
  'raw_payloads',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    endpoint: text('endpoint').notNull(),
    /** Without secrets. */
    url: text('url').notNull(),
    status: smallint('status').notNull(),
    headers: jsonb('headers').notNull(),
    content_type: text('content_type'),
    fetched_at: instant('fetched_at').notNull(),
    duration_ms: integer('duration_ms').notNull(),
    size_bytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    r2_key: text('r2_key').notNull(),
    /** How the bytes lie in R2: `gzip` or `identity`. size_bytes and sha256 are over the decoded bytes. */
    encoding: text('encoding').notNull(),
    /** When its records were committed; null for a failed or unread reply. */
    loaded_at: instant('loaded_at'),
    error_code: text('error_code'),
    /** The rank limit it was read with (POLL_TOP): who reads it anew needs the same. Null is none. */
    poll_top: integer('poll_top'),
  },
  (t) => [
    index('raw_payloads_sha256').on(t.sha256, t.fetched_at),
    // A repeated insert of the same reply, after a lost answer, finds the first.
    unique('raw_payloads_reply').on(t.run_id, t.endpoint, t.fetched_at),
  ],
);

/** A coin in our own identity. Its id is given once and stays, whatever the coin is called later. */
export const assets = pgTable(
  'assets',
  {
    id: text('id').primaryKey(),
    symbol: text('symbol'),
    name: text('name'),
    created_at: instant('created_at').notNull(),
    /** The asset that took over all its listings; null while it has some of its own. */
    merged_into: text('merged_into'),
  },
  (t) => [index('assets_symbol').on(t.symbol)],
);

/** A source's own entry for a coin, or for a market bar series of a file. */
export const listings = pgTable(
  'listings',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    symbol: text('symbol'),
    name: text('name'),
    first_known_at: instant('first_known_at').notNull(),
    /** The asset of its active mapping: what reads join. Null until it was resolved for the first time. */
    asset_id: text('asset_id').references(() => assets.id),
    /** False when something about it changed since identity was last resolved. */
    is_resolved: boolean('is_resolved').notNull().default(false),
  },
  (t) => [
    unique('listings_source_external_id').on(t.source, t.external_id),
    index('listings_symbol').on(t.symbol),
    index('listings_external_id').on(t.external_id),
    index('listings_asset').on(t.asset_id),
    index('listings_unresolved').on(t.id).where(sql`not ${t.is_resolved}`),
  ],
);

/**
 * Which asset a listing is, and how that is known. At most one mapping of a listing is active; the others
 * that stand are proposals, conflicts and what an operator rejected. The interval is when it was held here.
 */
export const mappings = pgTable(
  'mappings',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    asset_id: text('asset_id')
      .notNull()
      .references(() => assets.id),
    method: text('method').notNull(),
    /** From 0 to 1, by the method. */
    confidence: numeric('confidence').notNull(),
    evidence: jsonb('evidence').notNull(),
    state: text('state').notNull(),
    /** Since when the prices of the listing and its asset disagree. */
    flagged_at: instant('flagged_at'),
    flag_reason: text('flag_reason'),
    valid_from: instant('valid_from').notNull(),
    valid_to: instant('valid_to'),
  },
  (t) => [
    uniqueIndex('mappings_active').on(t.listing_id).where(sql`${t.state} = 'active'`),
    uniqueIndex('mappings_standing').on(t.listing_id, t.asset_id).where(sql`${t.state} <> 'ended'`),
    index('mappings_asset').on(t.asset_id),
    index('mappings_state').on(t.state, t.method, t.id),
    check('mappings_state', sql`${t.state} in ('active', 'proposed', 'conflict', 'rejected', 'ended')`),
  ],
);

/** What an operator decided of a mapping. Append-only; the newest word on a listing and an asset counts. */
export const decisions = pgTable(
  'decisions',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The mapping that was looked at, which may have ended since. */
    mapping_id: bigint('mapping_id', { mode: 'number' })
      .notNull()
      .references(() => mappings.id),
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    action: text('action').notNull(),
    /** The asset that was confirmed, rejected or pinned. */
    asset_id: text('asset_id')
      .notNull()
      .references(() => assets.id),
    who: text('who').notNull(),
    why: text('why').notNull(),
    decided_at: instant('decided_at').notNull(),
  },
  (t) => [
    index('decisions_listing').on(t.listing_id, t.id),
    index('decisions_mapping').on(t.mapping_id),
    check('decisions_action', sql`${t.action} in ('confirm', 'reject', 'pin')`),
  ],
);

/** What a source's whole list names, listings or not: a coin that is not polled can still be a rival. */
export const catalog = pgTable(
  'catalog',
  {
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    symbol: text('symbol'),
    name: text('name'),
  },
  (t) => [primaryKey({ columns: [t.source, t.external_id] }), index('catalog_symbol').on(t.symbol)],
);

/** Where a source says a coin's token lives. Platform names are ours, addresses as they compare. */
export const contracts = pgTable(
  'contracts',
  {
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    platform: text('platform').notNull(),
    address: text('address').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.external_id, t.platform, t.address] }),
    index('contracts_address').on(t.platform, t.address),
  ],
);

const values = {
  price_usd: numeric('price_usd'),
  market_cap_usd: numeric('market_cap_usd'),
  volume_24h_usd: numeric('volume_24h_usd'),
  percent_change_24h: numeric('percent_change_24h'),
  open_usd: numeric('open_usd'),
  high_usd: numeric('high_usd'),
  low_usd: numeric('low_usd'),
};

/**
 * Append-only facts. A changed value for the same instant is a new revision; the old row stays, with the
 * successor's known_at as its superseded_at. One plain table: partitions cost more planning than they save.
 *
 * Reads walk one index range per (listing, kind) or (source, kind) and merge; hence the column order.
 */
export const observations = pgTable(
  'observations',
  {
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    kind: text('kind').notNull(),
    observed_at: instant('observed_at').notNull(),
    revision: integer('revision').notNull(),
    source: text('source').notNull(),
    known_at: instant('known_at').notNull(),
    superseded_at: instant('superseded_at'),
    ...values,
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    normalizer_version: smallint('normalizer_version').notNull(),
    flags: text('flags').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.listing_id, t.kind, t.observed_at, t.revision] }),
    index('observations_source_observed').on(t.source, t.kind, t.observed_at, t.listing_id, t.revision),
    index('observations_known').on(t.source, t.kind, t.known_at, t.listing_id, t.observed_at),
    // Rows lie in the order of their payloads, so a range per block finds those of one, and costs next to nothing.
    index('observations_payload').using('brin', t.raw_payload_id),
  ],
);

/** The newest spot row per listing, with what a price page shows besides. */
export const latestObservations = pgTable(
  'latest_observations',
  {
    listing_id: integer('listing_id')
      .primaryKey()
      .references(() => listings.id),
    source: text('source').notNull(),
    observed_at: instant('observed_at').notNull(),
    revision: integer('revision').notNull(),
    known_at: instant('known_at').notNull(),
    price_usd: values.price_usd,
    market_cap_usd: values.market_cap_usd,
    volume_24h_usd: values.volume_24h_usd,
    percent_change_24h: values.percent_change_24h,
    flags: text('flags').array().notNull(),
    rank: integer('rank'),
    percent_change_1h: numeric('percent_change_1h'),
    percent_change_7d: numeric('percent_change_7d'),
    circulating_supply: numeric('circulating_supply'),
    total_supply: numeric('total_supply'),
    max_supply: numeric('max_supply'),
    image_url: text('image_url'),
  },
  (t) => [
    index('latest_market_cap').on(t.market_cap_usd, t.listing_id),
    index('latest_price').on(t.price_usd, t.listing_id),
    index('latest_volume').on(t.volume_24h_usd, t.listing_id),
    index('latest_observed').on(t.observed_at, t.listing_id),
  ],
);

/** Rows per listing and kind; also the list of index ranges that a filtered read has to walk. */
export const counts = pgTable(
  'counts',
  {
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    kind: text('kind').notNull(),
    source: text('source').notNull(),
    /** Current rows, and all revisions ever. */
    observations: count('observations'),
    revisions: count('revisions'),
    first_observed_at: instant('first_observed_at').notNull(),
    last_observed_at: instant('last_observed_at').notNull(),
    first_known_at: instant('first_known_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.listing_id, t.kind] }), index('counts_source').on(t.source, t.kind)],
);

/** The same per source and kind, so that an unfiltered total is a sum of a handful of rows. */
export const sourceCounts = pgTable(
  'source_counts',
  {
    source: text('source').notNull(),
    kind: text('kind').notNull(),
    observations: count('observations'),
    revisions: count('revisions'),
    last_observed_at: instant('last_observed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.kind] })],
);

/** The whole market per source, each in its own definition. Append-only like observations. */
export const marketTotals = pgTable(
  'market_totals',
  {
    source: text('source').notNull(),
    observed_at: instant('observed_at').notNull(),
    revision: integer('revision').notNull(),
    known_at: instant('known_at').notNull(),
    superseded_at: instant('superseded_at'),
    market_cap_usd: numeric('market_cap_usd'),
    volume_24h_usd: numeric('volume_24h_usd'),
    bitcoin_dominance_percent: numeric('bitcoin_dominance_percent'),
    market_cap_change_24h_percent: numeric('market_cap_change_24h_percent'),
    assets_count: integer('assets_count'),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    normalizer_version: smallint('normalizer_version').notNull(),
    flags: text('flags').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.observed_at, t.revision] }),
    index('market_totals_observed').on(t.observed_at, t.source, t.revision),
  ],
);

/** Refused records with the reason and the record as sent. */
export const rejects = pgTable(
  'rejects',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    external_id: text('external_id'),
    code: text('code').notNull(),
    message: text('message').notNull(),
    raw: text('raw').notNull(),
    rejected_at: instant('rejected_at').notNull(),
  },
  (t) => [
    uniqueIndex('rejects_payload_pointer').on(t.raw_payload_id, t.pointer),
    index('rejects_run').on(t.run_id),
  ],
);

/** A file somebody sent, and how far it is ingested. Its rows, and their counts, belong to its run. */
export const uploads = pgTable(
  'uploads',
  {
    id: text('id').primaryKey(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    filename: text('filename'),
    /** What the request said of the series: asset, symbol, dialect, venue, quote, observed_at. */
    hints: jsonb('hints').notNull(),
    /** Same bytes, same key: the same upload. Null once it has failed or was withdrawn, and for a dry run. */
    series_key: text('series_key'),
    dry_run: boolean('dry_run').notNull(),
    status: text('status').notNull(),
    sha256: text('sha256').notNull(),
    size_bytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    /** What the header told: dialect, columns, coin, convention. Null until it was read. */
    plan: jsonb('plan'),
    encoding: text('encoding'),
    /** Where the next record starts. */
    done_bytes: count('done_bytes'),
    next_line: integer('next_line').notNull().default(1),
    /** The first rows as a dry run would have stored them. */
    preview: jsonb('preview'),
    error_code: text('error_code'),
    error_message: text('error_message'),
    accepted_at: instant('accepted_at').notNull(),
    /** When a message or a slice last moved it: the sweep restarts what stood still. */
    touched_at: instant('touched_at').notNull(),
    finished_at: instant('finished_at'),
  },
  (t) => [
    uniqueIndex('uploads_series').on(t.series_key),
    unique('uploads_run').on(t.run_id),
    index('uploads_accepted').on(t.accepted_at, t.id),
    index('uploads_open').on(t.touched_at).where(sql`${t.status} in ('queued', 'processing')`),
    check('uploads_status', sql`${t.status} in ('queued', 'processing', 'succeeded', 'failed', 'withdrawn')`),
  ],
);

/**
 * Keys whose record in an upload still being read repeated what was known. The first record of a key wins
 * within a file, and a repeat leaves no row to tell: without this, counts would depend on batch borders.
 */
export const uploadSightings = pgTable(
  'upload_sightings',
  {
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    listing_id: integer('listing_id').notNull(),
    kind: text('kind').notNull(),
    observed_at: instant('observed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.raw_payload_id, t.listing_id, t.kind, t.observed_at] })],
);

/** A comparison of what raw payloads gave with what the code of its day makes of them, and its promotion. */
export const replays = pgTable(
  'replays',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    status: text('status').notNull(),
    /** Which payloads: null is no condition. Instants are of fetched_at, `fetched_before` exclusive. */
    source: text('source'),
    fetched_from: instant('fetched_from'),
    fetched_before: instant('fetched_before'),
    run_id: bigint('run_id', { mode: 'number' }),
    upload_id: text('upload_id'),
    /** Of the code that compared; another one may not promote. */
    normalizer_version: smallint('normalizer_version').notNull(),
    /** The payloads up to this one are done; of the next one so many bytes, when it is a file. */
    done_payload_id: bigint('done_payload_id', { mode: 'number' }).notNull().default(0),
    done_bytes: count('done_bytes'),
    next_line: integer('next_line').notNull().default(1),
    payloads_done: count('payloads_done'),
    payloads_unreadable: count('payloads_unreadable'),
    rows_unchanged: count('rows_unchanged'),
    rows_skipped: count('rows_skipped'),
    error_code: text('error_code'),
    error_message: text('error_message'),
    accepted_at: instant('accepted_at').notNull(),
    finished_at: instant('finished_at'),
    promote_requested_at: instant('promote_requested_at'),
    promoted_at: instant('promoted_at'),
  },
  (t) => [
    check(
      'replays_status',
      sql`${t.status} in ('queued', 'running', 'compared', 'promoting', 'promoted', 'failed')`,
    ),
  ],
);

/** What a replay would change: at most one entry per key, with the row that would take its place. */
export const replayDifferences = pgTable(
  'replay_differences',
  {
    replay_id: bigint('replay_id', { mode: 'number' })
      .notNull()
      .references(() => replays.id),
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    kind: text('kind').notNull(),
    observed_at: instant('observed_at').notNull(),
    /** `changed`, `new` or `gone`. */
    change: text('change').notNull(),
    /** The current revision, to be superseded; null of a new row. */
    revision: integer('revision'),
    symbol: text('symbol'),
    name: text('name'),
    ...values,
    flags: text('flags').array(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    /** Null: not promoted yet. `promoted`, or `passed_over` when the tape had moved on. */
    outcome: text('outcome'),
    promoted_at: instant('promoted_at'),
  },
  (t) => [
    primaryKey({ columns: [t.replay_id, t.source, t.external_id, t.kind, t.observed_at] }),
    check('replay_differences_change', sql`${t.change} in ('changed', 'new', 'gone')`),
  ],
);

/** Keys whose first record in a file being replayed repeated what was known; as upload_sightings. */
export const replaySightings = pgTable(
  'replay_sightings',
  {
    replay_id: bigint('replay_id', { mode: 'number' }).notNull(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    external_id: text('external_id').notNull(),
    kind: text('kind').notNull(),
    observed_at: instant('observed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.replay_id, t.raw_payload_id, t.external_id, t.kind, t.observed_at] })],
);

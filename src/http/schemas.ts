import { RUN_STATUSES, TRIGGERS } from '../db/runs/lifecycle.ts';
import { ANOMALY_CODES } from '../domain/anomaly.ts';
import { FIGURES, PAGE_FACTS, recordOf, SPOT_FIGURES, type ValueName, valueType } from '../domain/figures.ts';
import { FLAGS, KINDS } from '../domain/observation.ts';
import { PURPOSES } from '../domain/upstream/purpose.ts';
import { PERIODS } from '../domain/upstream/quota.ts';
import { SOURCE_IDS } from '../sources/registry.ts';
import * as z from './zod.ts';

// Shapes of replies, for the OpenAPI document and for the tests that hold replies against it.

export const At = z.string().openapi({ format: 'date-time', example: '2025-01-10T10:00:00Z' });
export const Source = z.enum(SOURCE_IDS);
export const Flags = z.array(z.enum(FLAGS));
export const Count = z.number().int().nonnegative();
/** A number literal in plain notation with all digits of the source; a string with `decimals=string`. */
export const Decimal = z
  .union([z.number(), z.string()])
  .nullable()
  .openapi({ type: ['number', 'string', 'null'], description: 'Exact; null is unknown.', example: 45000.5 });

const SHAPES = {
  decimal: Decimal,
  whole: Count.nullable(),
  text: z.string().nullable(),
  instant: At.nullable(),
};

/** The members that figures or page facts are in a reply. */
export const shapeOf = <Name extends ValueName>(names: readonly Name[]) =>
  recordOf(names, (name): z.ZodType => SHAPES[valueType(name)]);

export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().openapi({ example: 'invalid_request' }),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    candidates: z.array(z.string()).optional(),
  })
  .openapi('Problem', { description: 'RFC 9457.' });

export const Attribution = z
  .object({ source: Source, text: z.string(), url: z.string().nullable() })
  .openapi('Attribution');

export const Meta = z
  .object({
    request_id: z.string(),
    api_latency_ms: Count,
    attribution: z.array(Attribution),
    warnings: z.array(z.string()).optional(),
  })
  .openapi('Meta');

export const Pagination = z
  .object({
    limit: Count,
    offset: Count.nullable(),
    returned: Count,
    total: Count.nullable(),
    next_cursor: z.string().nullable(),
    next: z.string().nullable(),
  })
  .openapi('Pagination');

export const Observation = z
  .object({
    id: z.string().openapi({ example: 'coinpaprika_btc-bitcoin_spot_1736503200000000_1' }),
    source: Source,
    ticker: z.string().nullable().openapi({ example: 'BTC' }),
    name: z.string().nullable().openapi({ example: 'Bitcoin' }),
    asset: z.string().nullable().openapi({ description: 'Our id of the coin; null until resolved.' }),
    external_id: z.string().openapi({ example: 'btc-bitcoin' }),
    kind: z.enum(KINDS),
    ...shapeOf(FIGURES),
    created_at: At,
    ingested_at: At,
    flags: Flags,
    superseded_at: At.nullable().optional(),
  })
  .openapi('Observation');

/** A row of /data: the newest ones show what their page showed too. */
export const DataRow = Observation.extend(
  recordOf(PAGE_FACTS, (fact) => shapeOf([fact])[fact].optional()),
).openapi('DataRow');

export const Price = z
  .object({
    input: z.string(),
    asset: z.string().nullable(),
    symbol: z.string().nullable(),
    name: z.string().nullable(),
    external_id: z.string(),
    ...shapeOf(SPOT_FIGURES),
    created_at: At,
    age_seconds: Count,
    source: Source,
    stale: z.boolean(),
    spread_bps: Decimal,
    observation_id: z.string(),
  })
  .openapi('Price');

export const Candidate = z
  .object({
    asset: z.string().openapi({ example: 'btc-bitcoin', description: 'What to send as `asset`.' }),
    symbol: z.string().nullable(),
    name: z.string().nullable(),
    market_cap_usd: Decimal,
  })
  .openapi('AssetCandidate');
/** `meta.ambiguous`, for the document. */
export const Ambiguous = z
  .array(Candidate)
  .optional()
  .openapi({ description: 'The assets that share a symbol of the filter, when there are several.' });

export const MissingPrice = z
  .object({
    input: z.string(),
    code: z.enum(['unknown', 'ambiguous', 'no_price']),
    candidates: z.array(Candidate),
  })
  .openapi('MissingPrice');

export const MarketTotals = z
  .object({
    source: Source,
    market_cap_usd: Decimal,
    volume_24h_usd: Decimal,
    bitcoin_dominance_percent: Decimal,
    market_cap_change_24h_percent: Decimal,
    assets_count: Count.nullable(),
    created_at: At,
    ingested_at: At,
    flags: Flags,
  })
  .openapi('MarketTotals');

export const RowCounts = z.object({ read: Count, inserted: Count, duplicate: Count, rejected: Count });
export const RunError = z.object({ code: z.string(), message: z.string() }).nullable();

export const AnomalyNote = z
  .object({
    code: z.enum(ANOMALY_CODES).openapi({ description: 'More may be added.' }),
    endpoint: z.string().nullable().openapi({ description: 'The reply it was seen in.' }),
    message: z.string(),
  })
  .openapi('Anomaly', {
    description: 'Something unusual about a run; its rows are as the source sent them.',
  });

export const Run = z
  .object({
    id: z.number().int(),
    source: Source,
    trigger: z.enum(TRIGGERS),
    status: z.enum(RUN_STATUSES),
    accepted_at: At,
    started_at: At.nullable(),
    finished_at: At.nullable(),
    duration_ms: Count.nullable(),
    rows: RowCounts,
    error: RunError,
    anomalies: z.array(AnomalyNote),
    withdraw_reason: z.string().nullable(),
    withdrawn_at: At.nullable(),
  })
  .openapi('Run');

export const RunDetail = Run.extend({
  requests: z.array(
    z.object({
      endpoint: z.string(),
      url: z.string().nullable().openapi({ description: 'Null for an uploaded file.' }),
      status: z.number().int(),
      fetched_at: At,
      duration_ms: Count,
      size_bytes: Count,
      sha256: z.string(),
      raw: z.string().openapi({ description: 'Where the exact bytes are.' }),
      loaded: z.boolean(),
      error_code: z.string().nullable(),
    }),
  ),
  rejects: z.object({
    count: Count,
    first: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        pointer: z.string(),
        external_id: z.string().nullable(),
        raw: z.string().nullable().openapi({ description: 'Null where raw records need a token.' }),
      }),
    ),
  }),
}).openapi('RunDetail');

export const Forecast = z
  .object({
    pace_minutes: z.number().int().positive().nullable().openapi({
      description:
        'Between two calls of its fastest endpoint, as it is asked now; null while it is not asked.',
    }),
    next_call_at: At.openapi({ description: 'The tick that asks next.' }),
    planned_calls: Count.openapi({ description: 'Of polls and lists, until the month ends.' }),
    spare_calls: Count.openapi({ description: 'That gaps and history want and the month will have.' }),
    projected_calls: Count.openapi({ description: 'What the month comes to with them.' }),
    calls_max: Count.nullable().openapi({ description: 'Of the month; null: no limit is known.' }),
    wanted: z
      .object({ gap: Count, history: Count })
      .openapi({ description: 'Calls that gaps and history of the largest coins still want.' }),
  })
  .openapi('Forecast', { description: 'What is planned from now on.' });

export const Health = z
  .object({
    status: z.enum(['ok', 'degraded', 'down']),
    database: z.object({
      connected: z.boolean(),
      latency_ms: Count.nullable(),
      message: z.string().nullable().openapi({ description: 'Why it cannot be used, when it cannot.' }),
    }),
    sources: z.array(
      z.object({
        source: Source,
        status: z.enum(['ok', 'degraded']),
        last_run_at: At.nullable(),
        last_success_at: At.nullable(),
        age_seconds: Count.nullable(),
        stale: z.boolean(),
        anomalies: z.array(z.enum(ANOMALY_CODES)),
        message: z.string().nullable(),
        forecast: Forecast.nullable().openapi({ description: 'Null for what is not polled.' }),
      }),
    ),
    upstreams: z.enum(['live', 'sandbox']),
    version: z.string(),
  })
  .openapi('Health');

export const Quota = z
  .object({
    plan: z.string().openapi({ description: 'Of its vendor; `keyless` without a key.' }),
    slow_factor: z.number().int().positive().openapi({
      description: 'How many times slower than planned it is asked, since it said "too many requests".',
    }),
    periods: z.array(
      z.object({
        period: z.enum(PERIODS),
        starts_at: At,
        ends_at: At,
        calls: Count,
        calls_max: Count.nullable().openapi({ description: 'Null: no limit is known.' }),
        by_purpose: z.record(z.enum(PURPOSES), Count).nullable().openapi({
          description:
            'Of a month: polls, lists of coins, what was asked for by hand, gaps, history. Null of a minute.',
        }),
        projected_calls: Count.nullable().openapi({
          description: 'Of a month: by its end, from what is planned from now on. Null of a minute.',
        }),
      }),
    ),
    forecast: Forecast.nullable().openapi({ description: 'Null for what is not polled now.' }),
  })
  .openapi('Quota');

export const Stats = z
  .object({
    sources: z.array(
      z.object({
        source: Source,
        runs: z.record(z.enum(RUN_STATUSES), Count),
        rows: RowCounts,
        duration_ms: z.object({
          runs: Count,
          avg: Count.nullable(),
          p50: Count.nullable(),
          max: Count.nullable(),
        }),
        last_success: z.object({ run_id: z.number().int(), at: At }).nullable(),
        last_failure: z
          .object({
            run_id: z.number().int(),
            at: At,
            code: z.string().nullable(),
            message: z.string().nullable(),
          })
          .nullable(),
        checkpoints: z.array(z.object({ endpoint: z.string(), fetched_at: At, watermark: At.nullable() })),
        observations: Count,
        revisions: Count,
        listings: Count,
        quota: Quota.nullable().openapi({ description: 'Null for what is not polled, or was not yet.' }),
      }),
    ),
    totals: z.object({
      observations: Count,
      revisions: Count,
      listings: Count,
      runs: Count,
      rows: RowCounts,
    }),
    retention: z.object({
      keep_observations_days: Count.nullable().openapi({ description: 'Null: for ever.' }),
      keep_raw_days: Count.nullable(),
      thinned_before: At.nullable().openapi({
        description: 'Polled observations before it are one an hour or a day; as_of goes back no further.',
      }),
      rows_removed: Count,
      payloads_expired: Count,
      maintained_at: At.nullable().openapi({ description: 'When maintenance last came to its end.' }),
    }),
    version: At.openapi({ description: 'The ingested_at of the newest committed load.' }),
  })
  .openapi('Stats');

export const Triggered = z
  .object({
    runs: z.array(z.object({ id: z.number().int(), source: Source, status: z.literal('queued') })),
  })
  .openapi('Triggered');

/** `{ data, pagination, meta }` */
export const listReply = (item: z.ZodType, moreMeta: z.ZodRawShape = {}) =>
  z.object({ data: z.array(item), pagination: Pagination, meta: Meta.extend(moreMeta) });
/** `{ data, meta }` */
export const itemReply = (item: z.ZodType) => z.object({ data: item, meta: Meta });

import { RUN_STATUSES } from '../../db/runs/lifecycle.ts';
import { ANOMALY_CODES } from '../../domain/anomaly.ts';
import { PURPOSES } from '../../domain/upstream/purpose.ts';
import { PERIODS } from '../../domain/upstream/quota.ts';
import { RowCounts } from '../runs/schemas.ts';
import { At, Count, Source } from '../schemas.ts';
import * as z from '../zod.ts';

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
        stale: z
          .boolean()
          .openapi({ description: 'No success for three of its beats, at its effective pace.' }),
        newest_data_age_seconds: Count.nullable().openapi({
          description:
            'Of the newest instant that it has a spot row of. Where runs succeed and this is not on time any more, the ' +
            'source is degraded.',
        }),
        effective_pace: z
          .object({ every_minutes: z.number(), planned_minutes: z.number() })
          .nullable()
          .openapi({ description: 'Set while it is asked more slowly than planned.' }),
        anomalies: z.array(z.enum(ANOMALY_CODES)),
        lost_fields: z.array(z.object({ endpoint: z.string(), field: z.string(), since: At })).openapi({
          description:
            'Fields that are unknown far more often than usual, until they come back or `POST /drift/{id}/accept`. ' +
            'Only a price, an id or an instant degrades the source.',
        }),
        message: z.string().nullable(),
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

const Periods = z.object({ day: Count, month: Count, total: Count });
export const Stats = z
  .object({
    sources: z.array(
      z.object({
        source: Source,
        runs: z.record(z.enum(RUN_STATUSES), Count),
        rows: RowCounts,
        backfills: z
          .object({ runs: z.record(z.enum(RUN_STATUSES), Count), rows: RowCounts })
          .openapi({ description: 'Runs that fetched history, which `runs` and `rows` leave out.' }),
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
    lake: z.object({
      enabled: z.boolean(),
      parts: Count,
      rows: Count,
      size_bytes: Count,
      written_through: At.nullable().openapi({ description: 'Every change up to it lies in a part.' }),
      complete_from: At.nullable().openapi({
        description: 'Versions before it lack rows that were thinned before the lake was on.',
      }),
      lag_seconds: z.number().nullable().openapi({
        description: 'From the last written version to the newest; up to a day is usual.',
      }),
    }),
    read_tokens: z
      .array(
        z.object({
          name: z.string(),
          is_set: z.boolean().openapi({ description: 'Whether READ_TOKEN has this name now.' }),
          requests: Periods,
          limited: Periods.openapi({ description: 'Of these, the ones answered with 429.' }),
          first_at: At.nullable(),
          last_at: At.nullable(),
        }),
      )
      .optional()
      .openapi({ description: 'At least so many requests came, today and this month (UTC) and in all.' }),
    version: At.openapi({ description: 'The ingested_at of the newest committed load.' }),
  })
  .openapi('Stats');

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
        'Between two calls of its fastest endpoint at the current pace; null while it is not polled.',
    }),
    next_call_at: At.openapi({ description: 'The tick that asks next.' }),
    planned_calls: Count.openapi({ description: 'Planned calls of polls and lists until the month ends.' }),
    spare_calls: Count.openapi({ description: 'Calls that gaps and history want and will get this month.' }),
    projected_calls: Count.openapi({ description: 'The expected total of the month.' }),
    calls_max: Count.nullable().openapi({ description: 'The limit of the month; null if none is known.' }),
    wanted: z
      .object({ gap: Count, history: Count })
      .openapi({ description: 'Calls that gaps and history of the largest coins still want.' }),
  })
  .openapi('Forecast', { description: 'The plan from now on.' });

export const Health = z
  .object({
    status: z.enum(['ok', 'degraded', 'down']),
    database: z.object({
      connected: z.boolean(),
      latency_ms: Count.nullable(),
      message: z.string().nullable().openapi({ description: 'Why it cannot be used; null if it can.' }),
    }),
    sources: z.array(
      z.object({
        source: Source,
        status: z.enum(['ok', 'degraded']),
        last_run_at: At.nullable(),
        last_success_at: At.nullable(),
        age_seconds: Count.nullable(),
        stale: z.boolean().openapi({
          description: 'Whether it had no success for three of its beats, at its effective pace.',
        }),
        newest_data_age_seconds: Count.nullable().openapi({
          description:
            'The age of its newest spot row. If runs succeed and this is no longer on time, the source is' +
            ' degraded.',
        }),
        effective_pace: z
          .object({ every_minutes: z.number(), planned_minutes: z.number() })
          .nullable()
          .openapi({ description: 'Set while it is polled more slowly than planned.' }),
        anomalies: z.array(z.enum(ANOMALY_CODES)),
        lost_fields: z.array(z.object({ endpoint: z.string(), field: z.string(), since: At })).openapi({
          description:
            'Fields that are unknown far more often than usual, until they return or `POST ' +
            '/drift/{id}/accept` accepts it. Only a price, an id or an instant degrades the source.',
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
    plan: z.string().openapi({ description: "The vendor's plan; `keyless` without a key." }),
    slow_factor: z.number().int().positive().openapi({
      description: 'How many times slower than planned it is polled, because it said "too many requests".',
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
            'For a month: polls, lists of coins, manual requests, gaps, history. Null for a minute.',
        }),
        projected_calls: Count.nullable().openapi({
          description:
            'For a month: the calls by its end, from what is planned from now on. Null for a minute.',
        }),
      }),
    ),
    forecast: Forecast.nullable().openapi({ description: 'Null for a source that is not polled.' }),
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
          .openapi({ description: 'Runs that fetched history; `runs` and `rows` exclude them.' }),
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
        quota: Quota.nullable().openapi({
          description: 'Null for a source that is not polled, or has not been polled yet.',
        }),
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
      keep_observations_days: Count.nullable().openapi({ description: 'Null: without a limit.' }),
      keep_raw_days: Count.nullable(),
      thinned_before: At.nullable().openapi({
        description:
          'Before it, polled observations are thinned to one an hour or a day; as_of goes back no ' +
          'further.',
      }),
      rows_removed: Count,
      payloads_expired: Count,
      maintained_at: At.nullable().openapi({ description: 'When maintenance last finished.' }),
    }),
    lake: z.object({
      enabled: z.boolean(),
      parts: Count,
      rows: Count,
      size_bytes: Count,
      written_through: At.nullable().openapi({ description: 'Every change up to it is in a part.' }),
      complete_from: At.nullable().openapi({
        description: 'Earlier versions lack rows that were thinned before the lake was on.',
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
          limited: Periods.openapi({ description: 'How many of these were answered with 429.' }),
          first_at: At.nullable(),
          last_at: At.nullable(),
        }),
      )
      .optional()
      .openapi({
        description: 'Lower bounds of the number of requests: today, this month (UTC) and in total.',
      }),
    version: At.openapi({ description: 'The ingested_at of the newest committed load.' }),
  })
  .openapi('Stats');

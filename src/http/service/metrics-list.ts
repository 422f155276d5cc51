import type { LakeStatsRow } from '../../db/lake/stats.ts';
import type { ServiceMetricsRow, SourceMetricsRow } from '../../db/runs/metrics.ts';
import { ANOMALY_CODES } from '../../domain/anomaly.ts';
import type { SourceHealth } from '../../domain/health.ts';
import { FILES_ID } from '../../sources/registry.ts';
import type { Metric, Sample } from './exposition.ts';

export interface Figures {
  version: string;
  upstreams: string;
  sources: SourceMetricsRow[];
  health: SourceHealth[];
  service: ServiceMetricsRow;
  lake: LakeStatsRow;
}

const ENDED = ['succeeded', 'partial', 'failed', 'skipped'] as const;
const OPEN = ['queued', 'running'] as const;
const OUTCOMES = ['inserted', 'duplicate', 'rejected'] as const;

/** Every metric of the service, in output order. */
export const metricsOf = (figures: Figures): Metric[] => [
  ...ofService(figures),
  ...ofRuns(figures.sources),
  ...ofHealth(figures.health),
  ...ofCalls(figures.sources),
];

const gauge = (name: string, help: string, samples: Sample[]): Metric => ({
  name: `cointape_${name}`,
  type: 'gauge',
  help,
  samples,
});

function ofService({ version, upstreams, service, sources, lake }: Figures): Metric[] {
  const { queued, processing } = service.uploads;
  return [
    gauge('build_info', 'The deployed version; always 1.', [{ labels: { version, upstreams }, value: 1 }]),
    gauge('tape_version_age_seconds', 'Time since the newest committed load that changed anything.', [
      { value: service.tape_age_s },
    ]),
    gauge(
      'observations',
      'Current observations.',
      sources.map(({ source, observations }) => ({ labels: { source }, value: observations })),
    ),
    gauge('uploads_open', 'Uploads that have not ended.', [
      { labels: { status: 'queued' }, value: queued },
      { labels: { status: 'processing' }, value: processing },
    ]),
    gauge('alerts_pending', 'Changes of health that ALERT_WEBHOOK_URL has not accepted yet.', [
      { value: service.alerts_pending },
    ]),
    gauge('lake_parts', 'Parquet parts that were written and read back.', [{ value: lake.parts }]),
    gauge('lake_size_bytes', 'Bytes of the Parquet parts.', [{ value: lake.size_bytes }]),
    gauge('lake_lag_seconds', 'From the last version in a part to the newest; up to a day is usual.', [
      { value: lake.lag_seconds },
    ]),
  ];
}

function ofRuns(sources: SourceMetricsRow[]): Metric[] {
  const samples = (read: (row: SourceMetricsRow) => Sample[]) =>
    sources.flatMap((row) =>
      read(row).map((sample) => ({ ...sample, labels: { source: row.source, ...sample.labels } })),
    );
  return [
    {
      name: 'cointape_runs_total',
      type: 'counter',
      help: 'Ended polls and uploads, by status.',
      samples: samples(({ runs }) =>
        ENDED.map((status) => ({ labels: { status }, value: runs[status] ?? 0 })),
      ),
    },
    {
      name: 'cointape_backfills_total',
      type: 'counter',
      help: 'Ended runs that fetched history, by status.',
      samples: samples(({ backfills }) =>
        ENDED.map((status) => ({ labels: { status }, value: backfills[status] ?? 0 })),
      ),
    },
    gauge(
      'runs_open',
      'Runs that have not ended.',
      samples(({ runs }) => OPEN.map((status) => ({ labels: { status }, value: runs[status] ?? 0 }))),
    ),
    {
      name: 'cointape_rows_total',
      type: 'counter',
      help: 'Records that polls and uploads read, by outcome.',
      samples: samples(({ rows }) =>
        OUTCOMES.map((outcome) => ({ labels: { outcome }, value: rows[outcome] })),
      ),
    },
    {
      name: 'cointape_run_duration_seconds',
      type: 'summary',
      help: 'Time that runs took.',
      samples: samples(({ durations }) => [
        { suffix: '_sum', value: durations.seconds },
        { suffix: '_count', value: durations.runs },
      ]),
    },
    gauge(
      'last_run_duration_seconds',
      'Duration of the newest ended run.',
      samples(({ last_duration_s: value }) => [{ value }]),
    ),
    gauge(
      'last_run_age_seconds',
      'Time since the newest ended run began.',
      samples(({ last_run_age_s: value }) => [{ value }]),
    ),
  ];
}

function ofHealth(health: SourceHealth[]): Metric[] {
  const polled = health.filter(({ source }) => source !== FILES_ID);
  return [
    gauge(
      'source_healthy',
      'Whether a source is ok in /health: 1 or 0.',
      health.map(({ source, status }) => ({ labels: { source }, value: status === 'ok' ? 1 : 0 })),
    ),
    gauge(
      'last_success_age_seconds',
      'Time since the end of the newest successful run.',
      health.map(({ source, age_seconds }) => ({ labels: { source }, value: age_seconds })),
    ),
    gauge(
      'newest_data_age_seconds',
      'Time since the instant of the newest spot row of a source.',
      polled.map(({ source, newest_data_age_seconds: value }) => ({ labels: { source }, value })),
    ),
    gauge(
      'run_anomalies',
      'Whether the newest ended run showed the anomaly: 1 or 0.',
      polled.flatMap(({ source, anomalies }) =>
        ANOMALY_CODES.map((code) => ({ labels: { source, code }, value: anomalies.includes(code) ? 1 : 0 })),
      ),
    ),
    gauge(
      'lost_fields',
      'Fields of a source that are unknown far more often than usual.',
      polled.map(({ source, lost_fields }) => ({ labels: { source }, value: lost_fields.length })),
    ),
    gauge(
      'field_lost',
      'Always 1, for each field that is unknown far more often than usual.',
      polled.flatMap(({ source, lost_fields }) =>
        lost_fields.map(({ endpoint, field }) => ({ labels: { source, endpoint, field }, value: 1 })),
      ),
    ),
  ];
}

function ofCalls(sources: SourceMetricsRow[]): Metric[] {
  const each = (read: (calls: SourceMetricsRow['calls'][number]) => number | null): Sample[] =>
    sources.flatMap(({ source, calls }) =>
      calls.map((one) => ({ labels: { source, period: one.period }, value: read(one) })),
    );
  return [
    gauge(
      'upstream_calls',
      'Calls made to an upstream in the current period.',
      each(({ calls }) => calls),
    ),
    gauge(
      'upstream_calls_limit',
      'Calls that the plan allows in the period.',
      each(({ calls_max }) => calls_max),
    ),
    gauge(
      'upstream_calls_left',
      'Calls left in the current period.',
      each(({ calls, calls_max }) => (calls_max === null ? null : Math.max(0, calls_max - calls))),
    ),
  ];
}

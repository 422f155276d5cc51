import { listReadTokenCounts, type ReadTokenCountsRow } from '../../db/access/read-token-counts.ts';
import { isCountedTrigger } from '../../db/runs/counted.ts';
import { RUN_STATUSES } from '../../db/runs/lifecycle.ts';
import {
  listSourceStats,
  type RetentionStats,
  type RunSums,
  type SourceStats,
  statsIn,
} from '../../db/runs/stats.ts';
import { instantOfDate } from '../../domain/instant.ts';
import type { Settings } from '../../env.ts';
import { FILES_ID, SOURCE_IDS, sourcesOn } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { type ForecastObject, forecastsOf, worksOf } from './forecast.ts';
import { quotaObject } from './quota-object.ts';
import { Stats } from './schemas.ts';

export const stats: Endpoint = {
  method: 'get',
  path: '/stats',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'Rows, runs and calls of each source',
    description:
      'Runs are polls and uploads, here, in /metrics and in /health. None of them counts dry runs; ' +
      'fetched history is in `backfills`. Durations are in milliseconds and cover the newest 100 ' +
      'ended runs. `quota` counts the calls of each upstream in the current minute and month (UTC) ' +
      'against its plan, including retries and backfills. `read_tokens` counts the requests of each' +
      ' named read token, and is shown to clients that send a read token. Its counts are lower ' +
      'bounds: isolates write every ten seconds and may lose what they have not written.',
    responses: {
      ...ok(Stats, 'Counts, durations, newest success and failure, checkpoints, calls.'),
      ...problems('invalid_request'),
    },
  },
  handle: getStats,
};

async function getStats(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const { db, now, settings } = c.get('deps');
  const at = now();
  const asked = { sources: SOURCE_IDS, works: worksOf(settings, at), now: instantOfDate(at) };
  const [rows, counts] = showsReaders(c)
    ? await db.batch([listSourceStats(db, asked), listReadTokenCounts(db)])
    : [await listSourceStats(db, asked), null];
  const { sources: all, tape } = statsIn(rows);
  const forecasts = forecastsOf(settings, all, at);
  const on = new Set<string>(sourcesOn(settings).map(({ id }) => id));
  const sources = all
    .map((row) => sourceObject(row, forecasts.get(row.source) ?? null))
    // A source that is off is shown if it did anything while it was on.
    .filter(({ source, runs, backfills, revisions }) => {
      const hasRun = [runs, backfills.runs].flatMap(Object.values).some((count) => count > 0);
      return on.has(source) || source === FILES_ID || hasRun || revisions > 0;
    });
  const sum = (read: (source: (typeof sources)[number]) => number) =>
    sources.reduce((total, source) => total + read(source), 0);
  return json({
    sources,
    totals: {
      observations: sum((source) => source.observations),
      revisions: sum((source) => source.revisions),
      listings: sum((source) => source.listings),
      runs: sum((source) => Object.values(source.runs).reduce((total, runs) => total + runs, 0)),
      rows: {
        read: sum((source) => source.rows.read),
        inserted: sum((source) => source.rows.inserted),
        duplicate: sum((source) => source.rows.duplicate),
        rejected: sum((source) => source.rows.rejected),
      },
    },
    retention: retentionObject(settings, tape.retention),
    lake: { enabled: settings.LAKE === 'on', ...tape.lake },
    ...(counts && { read_tokens: readTokenObjects(settings, counts) }),
    version: tape.version,
  });
}

/** Names of readers are visible only to requests with a read token, and only if there are names. */
const showsReaders = (c: HttpContext): boolean => c.get('reader') !== null;

/** The names that are set now, and those that ever read. */
function readTokenObjects({ READ_TOKEN = [] }: Settings, counts: ReadTokenCountsRow[]) {
  const set = new Set(READ_TOKEN.flatMap(({ name }) => name ?? []));
  const counted = new Map(counts.map((row) => [row.name, row]));
  return [...new Set([...set, ...counted.keys()])].toSorted().map((name) => {
    const row = counted.get(name);
    return {
      name,
      is_set: set.has(name),
      requests: periodsOf(row?.requests_day, row?.requests_month, row?.requests_total),
      limited: periodsOf(row?.limited_day, row?.limited_month, row?.limited_total),
      first_at: row?.first_at ?? null,
      last_at: row?.last_at ?? null,
    };
  });
}

const periodsOf = (day = '0', month = '0', total = '0') => ({
  day: Number(day),
  month: Number(month),
  total: Number(total),
});

/** The retention settings, and the rows and bytes that maintenance has removed. Null days mean no limit. */
function retentionObject(settings: Settings, done: RetentionStats) {
  return {
    keep_observations_days: settings.KEEP_OBSERVATIONS_DAYS ?? null,
    keep_raw_days: settings.KEEP_RAW_DAYS ?? null,
    thinned_before: done.horizon,
    rows_removed: done.rows_removed,
    payloads_expired: done.payloads_expired,
    maintained_at: done.maintained_at,
  };
}

function sourceObject(row: SourceStats, forecast: ForecastObject | null) {
  return {
    source: row.source,
    ...runsObject(row.sums.filter(({ trigger }) => isCountedTrigger(trigger))),
    backfills: runsObject(row.sums.filter(({ trigger }) => trigger === 'backfill')),
    duration_ms: row.duration_ms,
    last_success: row.last_success,
    last_failure: row.last_failure,
    checkpoints: row.checkpoints,
    observations: row.kept.observations,
    revisions: row.kept.revisions,
    quota: quotaObject(row.quota, forecast),
    listings: Number(row.listings),
  };
}

function runsObject(sums: readonly RunSums[]) {
  const total = (of: readonly RunSums[], count: keyof RunCounts) =>
    of.reduce((sum, each) => sum + each[count], 0);
  return {
    runs: Object.fromEntries(
      RUN_STATUSES.map((status) => [
        status,
        total(
          sums.filter((each) => each.status === status),
          'runs',
        ),
      ]),
    ),
    rows: {
      read: total(sums, 'read'),
      inserted: total(sums, 'inserted'),
      duplicate: total(sums, 'duplicate'),
      rejected: total(sums, 'rejected'),
    },
  };
}

type RunCounts = Omit<RunSums, 'trigger' | 'status'>;

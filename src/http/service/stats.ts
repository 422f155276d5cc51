import { RUN_STATUSES } from '../../db/runs/lifecycle.ts';
import { listSourceStats, type RetentionStats, type SourceStatsRow } from '../../db/runs/stats.ts';
import { instantOfDate } from '../../domain/instant.ts';
import type { Settings } from '../../env.ts';
import { FILES_ID, SOURCE_IDS, sourcesOn } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import * as z from '../zod.ts';
import { type ForecastObject, forecastQueries, forecastsOf, workQueries } from './forecast.ts';
import { quotaObject } from './quota-object.ts';
import { Stats } from './schemas.ts';

export const stats: Endpoint = {
  method: 'get',
  path: '/stats',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'What each source has done',
    description:
      'Durations are those of the newest 100 ended polls, in milliseconds. `quota` counts the calls of each upstream ' +
      'in the present minute and month (UTC) against its plan, retries and backfills included.',
    responses: {
      ...ok(Stats, 'Counts, durations, newest success and failure, checkpoints, calls.'),
      ...problems('invalid_request'),
    },
  },
  handle: getStats,
};

async function getStats(c: HttpContext): Promise<Response> {
  readQuery(c, z.object({}));
  const deps = c.get('deps');
  const { db, now, settings } = deps;
  const at = now();
  const [rows, upstreams, works] = await db.batch([
    listSourceStats(db, SOURCE_IDS, instantOfDate(at)),
    forecastQueries(deps),
    workQueries(deps, at),
  ]);
  const forecasts = forecastsOf(deps, { upstreams, works }, at);
  const on = new Set<string>(sourcesOn(settings).map(({ id }) => id));
  const sources = rows
    .map((row) => sourceObject(row, forecasts.get(row.source) ?? null))
    // One that is off is shown for what it did while it was on.
    .filter(({ source, runs, revisions }) => {
      const hasRun = Object.values(runs).some((count) => count > 0);
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
    retention: retentionObject(settings, rows[0]?.retention),
    version: rows[0]?.version ?? null,
  });
}

/** What is kept for how long, and what maintenance has taken away. Null days are for ever. */
function retentionObject(settings: Settings, done: RetentionStats | undefined) {
  return {
    keep_observations_days: settings.KEEP_OBSERVATIONS_DAYS ?? null,
    keep_raw_days: settings.KEEP_RAW_DAYS ?? null,
    thinned_before: done?.horizon ?? null,
    rows_removed: done?.rows_removed ?? 0,
    payloads_expired: done?.payloads_expired ?? 0,
    maintained_at: done?.maintained_at ?? null,
  };
}

function sourceObject(
  { version: _, retention: __, ...row }: SourceStatsRow,
  forecast: ForecastObject | null,
) {
  return {
    ...row,
    runs: Object.fromEntries(RUN_STATUSES.map((status) => [status, row.runs[status] ?? 0])),
    observations: Number(row.observations),
    revisions: Number(row.revisions),
    listings: Number(row.listings),
    quota: quotaObject(row.quota, forecast),
  };
}

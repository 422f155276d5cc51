import { rowIn } from '../../db/client.ts';
import { findLakeStats } from '../../db/lake/stats.ts';
import { listSourceHealth, stateOf } from '../../db/runs/health.ts';
import { findServiceMetrics, listSourceMetrics } from '../../db/runs/metrics.ts';
import { judgeSource } from '../../domain/health.ts';
import { FILES_ID, SOURCE_IDS, sourcesOn } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { NO_PARAMETERS, readQuery } from '../query.ts';
import { problems } from '../responses.ts';
import * as z from '../zod.ts';
import { EXPOSITION_TYPE, exposition } from './exposition.ts';
import { metricsOf } from './metrics-list.ts';
import { deployedVersion } from './version.ts';

export const metrics: Endpoint = {
  method: 'get',
  path: '/metrics',
  access: 'read',
  spec: {
    tags: ['Service'],
    summary: 'Metrics for Prometheus',
    description: 'Text format 0.0.4, from the state in the database, so every isolate returns the same.',
    responses: {
      200: {
        description: 'Runs, rows, ages, durations, calls left.',
        content: { 'text/plain': { schema: z.string() } },
      },
      ...problems('invalid_request'),
    },
  },
  handle: getMetrics,
};

async function getMetrics(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const { db, settings, now } = c.get('deps');
  const upstreams = sourcesOn(settings);
  const clock = { now: now(), poll_minutes: settings.POLL_MINUTES, upstreams };
  const [states, sources, service, lake] = await db.batch([
    listSourceHealth(db, [...upstreams.map(({ id }) => id), FILES_ID], clock),
    listSourceMetrics(db, SOURCE_IDS),
    findServiceMetrics(db),
    findLakeStats(db),
  ]);
  const text = exposition(
    metricsOf({
      version: deployedVersion(c.env),
      upstreams: settings.UPSTREAMS,
      sources: sources,
      health: states.map((state) => judgeSource(stateOf(state), clock)),
      service: rowIn(service),
      lake: rowIn(lake),
    }),
  );
  return new Response(text, { headers: { 'Content-Type': EXPOSITION_TYPE } });
}

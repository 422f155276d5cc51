import { z } from '@hono/zod-openapi';
import { rowsOf } from '../../db/client.ts';
import { listSourceHealth, type SourceHealthRow } from '../../db/source-health.ts';
import type { Deps } from '../../deps.ts';
import { microsOf } from '../../domain/instant.ts';
import { SOURCE_IDS } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { isPolled, paceMinutes, staleAfterSeconds } from '../pace.ts';
import { oneOf, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { Health } from '../schemas.ts';
import { deployedVersion } from '../version.ts';

/** A monitor wants an answer before it gives up itself. */
const DATABASE_MS_MAX = 5_000;

const HealthQuery = z.object({
  fail_on: oneOf(['degraded']).optional().openapi({
    type: 'string',
    description: '`degraded` answers 503 for that too, for monitors that read the status only.',
  }),
});

export const health: Endpoint = {
  method: 'get',
  path: '/health',
  access: 'open',
  spec: {
    tags: ['Service'],
    summary: 'Health of the database and of each source',
    description:
      '503 with the same body when the database cannot be reached. `csv` waits for uploads and is never stale.',
    request: { query: HealthQuery },
    responses: {
      ...ok(Health, 'How the service stands.'),
      ...problems('invalid_request'),
      503: {
        description: 'Down, or degraded with fail_on.',
        content: { 'application/json': { schema: Health } },
      },
    },
  },
  handle: getHealth,
};

async function getHealth(c: HttpContext): Promise<Response> {
  const { fail_on } = readQuery(c, HealthQuery);
  const deps = c.get('deps');
  const started = Date.now();
  const rows = await askDatabase(deps);
  const sources = rows?.map((row) => judge(deps, row)) ?? [];
  const degraded = sources.some((source) => source.status === 'degraded');
  const status = rows === null ? 'down' : degraded ? 'degraded' : 'ok';
  const body = {
    status,
    database: { connected: rows !== null, latency_ms: rows === null ? null : Date.now() - started },
    sources,
    upstreams: deps.settings.UPSTREAMS,
    version: deployedVersion(c.env),
  };
  const failing = status === 'down' || status === fail_on;
  return json(body, status === 'down' ? { 'Retry-After': '5' } : {}, failing ? 503 : 200);
}

/** The state of every source, or null when the database gives no answer in time. */
async function askDatabase(deps: Deps): Promise<SourceHealthRow[] | null> {
  const rows = rowsOf<SourceHealthRow>(listSourceHealth(deps.db, SOURCE_IDS));
  try {
    return await Promise.race([rows, deps.sleep(DATABASE_MS_MAX).then(() => null)]);
  } catch (error) {
    deps.log.warn('database.unreachable', { message: error instanceof Error ? error.name : 'unknown' });
    return null;
  } finally {
    rows.catch(() => {}); // a late failure has been reported as "no answer" already
  }
}

function judge(deps: Deps, row: SourceHealthRow) {
  const { last_run_at, last_success_at } = row;
  const age_seconds = last_success_at === null ? null : secondsSince(deps, last_success_at);
  const polled = isPolled(row.source);
  const stale =
    polled && last_success_at !== null && (age_seconds ?? 0) > staleAfterSeconds(deps.settings, row.source);
  const message = complaint(deps, row, polled, stale, age_seconds);
  const status = message === null ? ('ok' as const) : ('degraded' as const);
  return { source: row.source, status, last_run_at, last_success_at, age_seconds, stale, message };
}

/** What is wrong with a source and what to do about it, or null. */
function complaint(
  deps: Deps,
  row: SourceHealthRow,
  polled: boolean,
  stale: boolean,
  age: number | null,
): string | null {
  // A file that somebody sent and that could not be read is told to them; the service is well.
  if (!polled) return null;
  const why = (row.error_message ?? 'no reason was kept').replace(/\.?$/, '.');
  if (row.ended_status === 'failed')
    return `Run ${row.ended_id} failed at ${row.ended_at}: ${why} The next tick tries again; see /runs/${row.ended_id}.`;
  if (row.ended_status === 'partial')
    return `Run ${row.ended_id} at ${row.ended_at} kept what it could: ${why} See /runs/${row.ended_id}.`;
  if (row.last_run_at === null)
    return 'Has never run. The next cron tick runs it; POST /trigger-etl runs it now.';
  if (row.last_success_at === null) return 'Its first run has not ended yet.';
  if (stale)
    return (
      `No success for ${Math.floor((age ?? 0) / 60)} minutes; one is due every ` +
      `${paceMinutes(deps.settings, row.source)}. Check that cron triggers fire, or POST /trigger-etl.`
    );
  return null;
}

function secondsSince(deps: Deps, at: string): number {
  const seconds = Math.floor((deps.now().getTime() - Number(microsOf(at) / 1000n)) / 1000);
  return Math.max(0, seconds);
}

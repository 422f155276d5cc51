import { unavailableReason } from '../../db/database-error.ts';
import { listSourceHealth, stateOf } from '../../db/runs/health.ts';
import type { Deps } from '../../deps.ts';
import { type HealthClock, judgeAll, judgeSource, type SourceState } from '../../domain/health.ts';
import { AppError } from '../../errors.ts';
import { FILES_ID, sourcesOn } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { choice, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import * as z from '../zod.ts';
import { Health } from './schemas.ts';
import { deployedVersion } from './version.ts';

/** A monitor expects an answer before its own timeout. */
const DATABASE_MS_MAX = 5_000;

const HealthQuery = z.object({
  fail_on: choice(['degraded']).optional().openapi({
    type: 'string',
    description: '`degraded` returns 503 for a degraded service too, for monitors that read only the status.',
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
      '503 with the same body if the database cannot be reached. `csv` waits for uploads and is ' +
      'never stale. `message` says what was unusual about the newest run (`anomalies`); the source ' +
      'stays ok.',
    request: { query: HealthQuery },
    responses: {
      ...ok(Health, 'The state of the service.'),
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
  const now = deps.now();
  const clock = {
    now,
    poll_minutes: deps.settings.POLL_MINUTES,
    upstreams: sourcesOn(deps.settings),
  };
  const { rows, fault } = await askDatabase(deps, clock);
  const sources = rows?.map((row) => judgeSource(row, clock)) ?? [];
  const status = rows === null ? 'down' : judgeAll(sources);
  const body = {
    status,
    database: {
      connected: rows !== null,
      latency_ms: rows === null ? null : Date.now() - started,
      message: fault,
    },
    sources,
    upstreams: deps.settings.UPSTREAMS,
    version: deployedVersion(c.env),
  };
  const failing = status === 'down' || status === fail_on;
  return json(body, status === 'down' ? { 'Retry-After': '5' } : {}, failing ? 503 : 200);
}

interface Asked {
  /** The state of every source, or null if the database does not answer in time. */
  rows: SourceState[] | null;
  /** The reason for a missing state, for operators. */
  fault: string | null;
}

async function askDatabase(deps: Deps, clock: HealthClock): Promise<Asked> {
  const late = `It did not answer within ${DATABASE_MS_MAX / 1000} s.`;
  try {
    return await Promise.race([
      askStates(deps, clock),
      deps.sleep(DATABASE_MS_MAX).then(() => ({ rows: null, fault: late })),
    ]);
  } catch (error) {
    const fault = unavailableReason(error) ?? (error instanceof AppError ? error.message : 'unknown');
    deps.log.warn('database.unreachable', { message: fault });
    return { rows: null, fault };
  }
}

async function askStates({ db }: Deps, clock: HealthClock): Promise<Asked> {
  const ids = [...clock.upstreams.map(({ id }) => id), FILES_ID];
  return { rows: (await listSourceHealth(db, ids, clock)).map(stateOf), fault: null };
}

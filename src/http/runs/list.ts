import { RUN_STATUSES } from '../../db/runs/lifecycle.ts';
import { findRun, listRuns, type RunDetailRow, type RunPageRow, type RunRow } from '../../db/runs/list.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import { neededToken } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { invalid, listFrom, NO_PARAMETERS, readQuery } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { itemReply } from '../schemas.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { runObject } from './object.ts';
import { Run, RunDetail } from './schemas.ts';

const RunsQuery = z.object({
  source: parameters.source,
  status: listFrom(RUN_STATUSES)
    .optional()
    .openapi({
      type: 'string',
      description: `Statuses: ${RUN_STATUSES.join(', ')}.`,
      example: 'failed,partial',
    }),
  count: parameters.count,
  ...listParameters(Run, 'id,source,status,started_at'),
});
const SORT = 'runs id desc';

export const runs = listEndpoint({
  path: '/runs',
  file: 'runs',
  access: 'read',
  spec: { tags: ['Ingestion'], summary: 'Runs, newest first', rows: 'Runs.' },
  query: RunsQuery,
  filters: ['source', 'status'],
  item: Run,
  sortName: () => SORT,
  read: readRuns,
  keyOf: ({ id }) => [Number(id)],
  show: runObject,
});

async function readRuns(
  c: HttpContext,
  { asked, walk, offset, limit }: PageRequest<z.output<typeof RunsQuery>>,
): Promise<FoundPage<RunRow>> {
  const { db, now } = c.get('deps');
  const after = walk === null ? null : runAfter(walk.sort, walk.after);
  const filter = { sources: asked.source ?? null, statuses: asked.status ?? null };
  const found = await listRuns(db, { filter, limit, offset, after });
  return {
    rows: found.filter((row): row is RunPageRow & RunRow => row.id !== null),
    total: Number(found[0]?.total ?? 0),
    version: instantOfDate(now()),
  };
}

function runAfter(sort: string, [id]: (string | number | null)[]): number {
  if (sort === SORT && typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id;
  throw invalidCursor('was not made by this service for this list');
}

export const run: Endpoint = {
  method: 'get',
  path: '/runs/{id}',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'One run with its upstream replies and first rejects',
    request: {
      params: z.object({ id: z.string().openapi({ description: 'The number of a run.', example: '1' }) }),
    },
    responses: { ...ok(itemReply(RunDetail), 'The run.'), ...problems('invalid_request', 'not_found') },
  },
  handle: getRun,
};

async function getRun(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const id = c.req.param('id') ?? '';
  if (!/^[1-9]\d{0,14}$/.test(id)) throw invalid([{ path: 'id', message: 'must be the number of a run' }]);
  const [row] = await findRun(c.get('deps').db, Number(id));
  if (row === undefined) throw new AppError('not_found', `There is no run ${id}.`);
  return json({ data: { ...runObject(row), ...traces(c, row) }, meta: meta(c) });
}

/**
 * The rejects and replies of a run. An uploaded file belongs to its sender: its name and records are only under
 * /uploads.
 */
function traces(c: HttpContext, row: RunDetailRow) {
  const isFile = row.source === 'csv';
  const showsRecords = neededToken(c, 'raw') === null;
  return {
    requests: row.requests.map((request) => ({
      ...request,
      url: isFile ? null : request.url,
      raw: `/raw/${request.sha256}`,
    })),
    rejects: {
      count: Number(row.rejects_count),
      first: isFile
        ? []
        : row.rejects.map((reject) => ({ ...reject, raw: showsRecords ? reject.raw : null })),
    },
  };
}

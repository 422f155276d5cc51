import { listDifferences } from '../../db/replays/differences.ts';
import { findReplay, queueReplay, type ReplayRow, requestPromotion } from '../../db/replays/lifecycle.ts';
import { AppError } from '../../errors.ts';
import { NORMALIZER_VERSION, SOURCE_IDS } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { bodyText } from '../json-body.ts';
import { invalid, NO_PARAMETERS, problemsOf, readQuery, whole } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { itemReply } from '../schemas.ts';
import { sendAccepted } from '../send-accepted.ts';
import * as z from '../zod.ts';
import { replayObject } from './replay-object.ts';
import { AcceptedReplay, Replay, ReplayBody } from './replay-schemas.ts';

const ACCESS = 'scheduler';
const DIFFERENCES_SHOWN = 100;
const DIFFERENCES_SHOWN_MAX = 1000;
const params = z.object({ id: z.string().openapi({ description: 'The number of a replay.', example: '1' }) });

const accepted = {
  202: {
    description: 'Accepted.',
    headers: z.object({ Location: z.string() }),
    content: { 'application/json': { schema: AcceptedReplay } },
  },
};

export const replays: Endpoint = {
  method: 'post',
  path: '/replays',
  access: ACCESS,
  spec: {
    tags: ['Proof'],
    summary: 'Read stored payloads again, and compare',
    description:
      'A dry run through the queue: the current code reads every stored reply and file of the ' +
      'range, and the result is compared with the existing rows. Nothing changes. Without a body it' +
      ' covers everything.',
    request: { body: { required: false, content: { 'application/json': { schema: ReplayBody } } } },
    responses: { ...accepted, ...problems('invalid_request', 'payload_too_large') },
  },
  handle: postReplay,
};

async function postReplay(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const asked = await readBody(c);
  const deps = c.get('deps');
  const range = {
    source: asked.source ?? null,
    fetched_from: asked.from ?? null,
    fetched_before: asked.to ?? null,
    run_id: asked.run_id ?? null,
    upload_id: asked.upload_id ?? null,
  };
  const [row] = await queueReplay(deps.db, range, NORMALIZER_VERSION);
  const id = Number(row?.id);
  await sendAccepted(deps, { type: 'replay', replay_id: id });
  return acceptedReply(id, 'queued');
}

async function readBody(c: HttpContext): Promise<z.output<typeof ReplayBody>> {
  const text = await bodyText(c);
  const result = ReplayBody.safeParse(text.trim() === '' ? {} : parseJson(text));
  if (result.success) return result.data;
  throw invalid(problemsOf(result.error, 'body'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([
      { path: 'body', message: `is not JSON; send nothing, or {"source": "${SOURCE_IDS[0]}"}` },
    ]);
  }
}

const ReplayQuery = z.object({
  differences: whole(0, DIFFERENCES_SHOWN_MAX)
    .optional()
    .openapi({
      type: 'integer',
      minimum: 0,
      maximum: DIFFERENCES_SHOWN_MAX,
      description: `How many differences to show; ${DIFFERENCES_SHOWN} by default.`,
    }),
  decimals: parameters.decimals,
});

export const replay: Endpoint = {
  method: 'get',
  path: '/replays/{id}',
  access: ACCESS,
  spec: {
    tags: ['Proof'],
    summary: 'A replay, and its first differences field by field',
    request: { params, query: ReplayQuery },
    responses: { ...ok(itemReply(Replay), 'The replay.'), ...problems('invalid_request', 'not_found') },
  },
  handle: getReplay,
};

async function getReplay(c: HttpContext): Promise<Response> {
  const { differences = DIFFERENCES_SHOWN, decimals = 'number' } = readQuery(c, ReplayQuery);
  const id = replayIdOf(c);
  const { db } = c.get('deps');
  const [[row], listed] = await db.batch([findReplay(db, id), listDifferences(db, id, differences)]);
  if (row === undefined) throw new AppError('not_found', `There is no replay ${id}.`);
  const data = replayObject(row, listed, decimals);
  const sources = data.differences.map(({ source }) => source);
  return json({ data, meta: meta(c, { sources }) });
}

export const promoteReplay: Endpoint = {
  method: 'post',
  path: '/replays/{id}/promote',
  access: ACCESS,
  spec: {
    tags: ['Proof'],
    summary: 'Apply the differences of a replay',
    description:
      'Supersedes exactly the rows that the differences name; a row that is no longer current is ' +
      'skipped. Nothing is deleted. A repeated request changes nothing.',
    request: { params },
    responses: { ...accepted, ...problems('invalid_request', 'not_found', 'conflict') },
  },
  handle: postPromote,
};

async function postPromote(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const id = replayIdOf(c);
  const deps = c.get('deps');
  const { db } = deps;
  const [, [row]] = await db.batch([requestPromotion(db, id, NORMALIZER_VERSION), findReplay(db, id)]);
  if (row === undefined) throw new AppError('not_found', `There is no replay ${id}.`);
  if (row.normalizer_version !== NORMALIZER_VERSION)
    throw new AppError(
      'conflict',
      `Replay ${id} compared with normalizer version ${row.normalizer_version}, this code is ${NORMALIZER_VERSION}. Replay again.`,
    );
  if (row.promote_requested_at === null)
    throw new AppError('conflict', `Replay ${id} is ${row.status}. Promote it once it is compared.`);
  if (row.status === 'promoting') await sendAccepted(deps, { type: 'replay', replay_id: id });
  return acceptedReply(id, row.status);
}

function replayIdOf(c: HttpContext): number {
  const id = c.req.param('id') ?? '';
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw invalid([{ path: 'id', message: 'must be the number of a replay' }]);
}

function acceptedReply(id: number, status: ReplayRow['status']): Response {
  const self = `/replays/${id}`;
  return json({ id, status, links: { self, promote: `${self}/promote` } }, { Location: self }, 202);
}

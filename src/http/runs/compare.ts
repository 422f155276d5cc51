import { type ComparedReply, type ComparedRunRow, listComparedRuns } from '../../db/runs/compare.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { invalid, readQuery, whole } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { itemReply } from '../schemas.ts';
import * as z from '../zod.ts';
import { change, compareReplies } from './compare-replies.ts';
import { RunComparison } from './compare-schemas.ts';
import { runObject } from './object.ts';

const RUN_ID_MAX = 999_999_999_999;
const runId = (which: string) =>
  whole(1, RUN_ID_MAX).openapi({
    type: 'integer',
    description: `The number of the ${which} run.`,
    example: 1,
  });

const CompareQuery = z.object({ a: runId('earlier'), b: runId('later'), decimals: parameters.decimals });

export const compareRuns: Endpoint = {
  method: 'get',
  path: '/runs/compare',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'Two runs of one source, side by side',
    description:
      'Counts, durations, and for every endpoint that both requested: new and missing coins, the ' +
      'largest price changes, how often fields are unknown, and changes of the schema. Coins and ' +
      'prices come from the stored bytes; if those have expired, the rest is still compared.',
    request: { query: CompareQuery },
    responses: {
      ...ok(itemReply(RunComparison), 'The comparison, from a to b.'),
      ...problems('invalid_request', 'not_found'),
    },
  },
  handle: getComparison,
};

async function getComparison(c: HttpContext): Promise<Response> {
  const asked = readQuery(c, CompareQuery);
  const { db, raw, uploads } = c.get('deps');
  const rows = await listComparedRuns(db, [asked.a, asked.b]);
  const [a, b] = [runOf(rows, asked.a), runOf(rows, asked.b)];
  if (a.source !== b.source)
    throw invalid([
      {
        path: 'b',
        message: `is a run of ${b.source}, and a of ${a.source}: only runs of one source can be compared`,
      },
    ]);
  const [inA, inB] = [newestReplies(a), newestReplies(b)];
  const endpoints = [];
  // One endpoint after another, which limits the memory to two replies.
  for (const endpoint of new Set([...inA.keys(), ...inB.keys()])) {
    const sides = [
      { run: a, reply: inA.get(endpoint) },
      { run: b, reply: inB.get(endpoint) },
    ] as const;
    endpoints.push(await compareReplies({ raw, uploads }, endpoint, ...sides, asked.decimals));
  }
  const data = { a: runObject(a), b: runObject(b), ...counts(a, b), endpoints };
  return json({ data, meta: meta(c, { sources: [a.source], warnings: warningsOf([a, b]) }) });
}

function runOf(rows: ComparedRunRow[], id: number): ComparedRunRow {
  const row = rows.find((one) => Number(one.id) === id);
  if (row === undefined) throw new AppError('not_found', `There is no run ${id}.`);
  return row;
}

/** The last good reply of each endpoint: a run may have called one again. */
const newestReplies = ({ replies }: ComparedRunRow): Map<string, ComparedReply> =>
  new Map(replies.map((reply) => [reply.endpoint, reply]));

function counts(a: ComparedRunRow, b: ComparedRunRow) {
  const figures = (name: 'rows_read' | 'rows_inserted' | 'rows_duplicate' | 'rows_rejected') =>
    change(Number(a[name]), Number(b[name]));
  const duration = ({ duration_ms }: ComparedRunRow) => (duration_ms === null ? null : Number(duration_ms));
  return {
    duration_ms: change(duration(a), duration(b)),
    rows: {
      read: figures('rows_read'),
      inserted: figures('rows_inserted'),
      duplicate: figures('rows_duplicate'),
      rejected: figures('rows_rejected'),
    },
  };
}

function warningsOf(rows: ComparedRunRow[]): string[] {
  const runs = new Map(rows.map((row) => [row.id, row]));
  return [...runs.values()].flatMap((run) => [
    ...(run.withdraw_reason === null
      ? []
      : [`Run ${run.id} was withdrawn (${run.withdraw_reason}): its rows are no longer current.`]),
    ...(run.status === 'queued' || run.status === 'running' ? [`Run ${run.id} has not ended yet.`] : []),
    ...(run.replies.some(({ expired_at }) => expired_at !== null)
      ? [`Bytes of run ${run.id} have expired: its coins and prices are not compared.`]
      : []),
  ]);
}

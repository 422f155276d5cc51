import { GAP_CAUSES } from '../../db/upstreams/gaps.ts';
import {
  FILLED_NAMED_MAX,
  GAP_STATUSES,
  type GapPageRow,
  type GapRow,
  listGaps,
} from '../../db/upstreams/list-gaps.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { HISTORY_DAYS } from '../../sources/registry.ts';
import { unknownAsset } from '../assets/unknown.ts';
import type { HttpContext } from '../context.ts';
import { LIMIT_DEFAULT, parameters, parseAssetRef } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { listFrom } from '../query.ts';
import { json, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { At, Count, listReply, Source } from '../schemas.ts';
import { invalidCursor, readListQuery, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';

const GapsQuery = z.object({
  source: parameters.source,
  asset: parameters.asset,
  status: listFrom(GAP_STATUSES)
    .optional()
    .openapi({
      type: 'string',
      description: `Statuses: ${GAP_STATUSES.join(', ')}.`,
      example: 'open,fillable',
    }),
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  count: parameters.count,
});
const SORT = 'gaps id desc';

export const Gap = z
  .object({
    id: z.number().int(),
    source: Source,
    endpoint: z
      .string()
      .openapi({ description: 'What was asked in vain, or not asked.', example: 'tickers' }),
    started_at: At.openapi({ description: 'The last good reply before it.' }),
    ended_at: At.nullable().openapi({ description: 'The first good reply after it; null while it lasts.' }),
    duration_seconds: Count,
    missed: Count.openapi({ description: 'Replies that were due in between.' }),
    cause: z.enum(GAP_CAUSES),
    error_code: z
      .string()
      .nullable()
      .openapi({ description: 'Of the newest failure; null when nothing was asked.' }),
    status: z.enum(GAP_STATUSES).openapi({
      description:
        '`open`: it lasts. `lost`: its source gives no history, or has none of it. `fillable`: it can be filled, by itself ' +
        'or by POST /backfills. `partly_filled`: some of its coins or of their hours are there. `filled`: all hours of all ' +
        'coins it is to be filled for; with the filter asset, of those.',
    }),
    coins: z.object({ wanted: Count, asked: Count, filled: Count }).openapi({
      description:
        'Of how many of the largest coins the missed hours are fetched by itself, for how many they were asked for, and ' +
        'how many coins have some, however they were asked for. All 0 until the gap is over for an hour.',
    }),
    filled: z
      .array(
        z.object({
          asset: z.string(),
          external_id: z.string(),
          run_id: z.number().int(),
          observations: Count.openapi({ description: 'Rows of history inside the gap.' }),
        }),
      )
      .openapi({
        description: `At most ${FILLED_NAMED_MAX}, the largest first; \`coins.filled\` counts all.`,
      }),
  })
  .openapi('Gap');

export const gaps: Endpoint = {
  method: 'get',
  path: '/gaps',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'Holes in the series, newest first',
    description:
      'Spans of more than three beats without a good reply of an endpoint: since when, why, and whether history can fill ' +
      'them. With `asset` only those of the endpoints that gave it.',
    request: { query: GapsQuery },
    responses: {
      ...ok(listReply(Gap), 'Gaps.'),
      ...problems('invalid_request', 'invalid_cursor', 'unknown_asset'),
    },
  },
  handle: getGaps,
};

async function getGaps(c: HttpContext): Promise<Response> {
  const { asked, texts, offset, walk } = readListQuery(c, GapsQuery, ['source', 'asset', 'status']);
  const limit = asked.limit ?? LIMIT_DEFAULT;
  const deps = c.get('deps');
  const now = instantOfDate(deps.now());
  const filter = {
    sources: asked.source ?? null,
    statuses: asked.status ?? null,
    refs: asked.asset?.map(parseAssetRef) ?? null,
  };
  const after = walk === null ? null : gapAfter(walk.sort, walk.after);
  const request = { filter, history_days: HISTORY_DAYS, now, limit: limit + 1, offset, after };
  const found = await listGaps(deps.db, request);
  const unknown = found[0]?.unknown_refs ?? null;
  if (unknown !== null) throw await unknownAsset(deps, unknown);
  const rows = found.filter((row): row is GapPageRow & GapRow => row.id !== null);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const place = { texts, version: now, sort: SORT, total: null };
  const next_cursor =
    rows.length > limit && last ? writeCursor({ ...place, after: [Number(last.id)] }) : null;
  const total = Number(found[0]?.total ?? 0);
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { pagination, headers } = paging(c, facts);
  return json({ data: page.map(gapObject), pagination, meta: meta(c) }, headers);
}

function gapAfter(sort: string, [id]: (string | number | null)[]): number {
  if (sort === SORT && typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id;
  throw invalidCursor('was not made by this service for this list');
}

function gapObject(row: GapRow): z.output<typeof Gap> {
  const duration_seconds = Number(row.seconds);
  return {
    id: Number(row.id),
    source: Source.parse(row.source),
    endpoint: row.endpoint,
    started_at: row.started_at,
    ended_at: row.ended_at,
    duration_seconds,
    missed: Math.max(0, Math.ceil(duration_seconds / (row.every_minutes * 60)) - 1),
    cause: row.cause,
    error_code: row.error_code,
    status: row.status,
    coins: row.coins,
    filled: row.filled,
  };
}

import { GAP_CAUSES } from '../../db/upstreams/gaps.ts';
import {
  FILLED_NAMED_MAX,
  GAP_STATUSES,
  type GapPageRow,
  type GapRow,
  listGaps,
} from '../../db/upstreams/list-gaps.ts';
import { HISTORY_DAYS } from '../../sources/registry.ts';
import { unknownAsset } from '../assets/unknown.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { parameters, parseAssetRef } from '../data/query.ts';
import { listFrom } from '../query.ts';
import { At, Count, Source } from '../schemas.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
import * as z from '../zod.ts';

export const Gap = z
  .object({
    id: z.number().int(),
    source: Source,
    endpoint: z
      .string()
      .openapi({ description: 'The endpoint that failed, or was not requested.', example: 'tickers' }),
    started_at: At.openapi({ description: 'The last good reply before it.' }),
    ended_at: At.nullable().openapi({
      description: 'The first good reply after it; null while it continues.',
    }),
    duration_seconds: Count,
    missed: Count.openapi({ description: 'The number of replies that were due in between.' }),
    cause: z.enum(GAP_CAUSES),
    error_code: z
      .string()
      .nullable()
      .openapi({ description: 'The code of the newest failure; null if nothing was requested.' }),
    status: z.enum(GAP_STATUSES).openapi({
      description:
        '`open`: it continues. `lost`: its source gives no history, or has none for it. `fillable`: ' +
        'it can be filled, automatically or by POST /backfills. `partly_filled`: some of its coins ' +
        'have rows, or some of their hours. `filled`: every wanted coin has all hours; with the ' +
        'filter asset, those assets have.',
    }),
    coins: z.object({ wanted: Count, asked: Count, filled: Count }).openapi({
      description:
        'How many of the largest coins get their missed hours automatically, for how many they were ' +
        'requested, and how many coins have some, requested in any way. All are 0 until the gap has ' +
        'been over for an hour.',
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
  count: parameters.count,
  ...listParameters(Gap, 'source,endpoint,started_at,ended_at,cause'),
});
const SORT = 'gaps id desc';

export const gaps = listEndpoint({
  path: '/gaps',
  file: 'gaps',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'Holes in the series, newest first',
    description:
      'Periods of more than three beats without a good reply of an endpoint: since when, why, and ' +
      'whether history can fill them. With `asset` only those of the endpoints that gave it.',
    rows: 'Gaps.',
  },
  query: GapsQuery,
  filters: ['source', 'asset', 'status'],
  item: Gap,
  problems: ['unknown_asset'],
  sortName: () => SORT,
  read: readGaps,
  keyOf: ({ id }) => [Number(id)],
  show: gapObject,
});

async function readGaps(
  c: HttpContext,
  { asked, walk, offset, limit }: PageRequest<z.output<typeof GapsQuery>>,
): Promise<FoundPage<GapRow>> {
  const deps = c.get('deps');
  const now = clockOf(c);
  const filter = {
    sources: asked.source ?? null,
    statuses: asked.status ?? null,
    refs: asked.asset?.map(parseAssetRef) ?? null,
  };
  const after = walk === null ? null : gapAfter(walk.sort, walk.after);
  const request = { filter, history_days: HISTORY_DAYS, now, limit, offset, after };
  const found = await listGaps(deps.db, request);
  const unknown = found[0]?.unknown_refs ?? null;
  if (unknown !== null) throw await unknownAsset(deps, unknown);
  return {
    rows: found.filter((row): row is GapPageRow & GapRow => row.id !== null),
    total: Number(found[0]?.total ?? 0),
    version: now,
  };
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

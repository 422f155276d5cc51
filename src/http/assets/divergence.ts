import {
  type DivergencePageRow,
  type DivergenceReading,
  type DivergenceRequest,
  type DivergenceRow,
  listDivergence,
} from '../../db/observations/divergence.ts';
import { headerOf } from '../../db/observations/page-header.ts';
import { parseDecimal } from '../../domain/decimal.ts';
import { earliestOf, type Instant, instantAfter } from '../../domain/instant.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { FORMATS, parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { jsonDecimal } from '../json.ts';
import { clockAt } from '../prices/clock.ts';
import { choice, readQuery, whole } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { itemReply } from '../schemas.ts';
import { chooseMembers, fieldsParameter } from '../tables/columns.ts';
import { decimalsOf, formatOf, tableReply, VARY } from '../tables/format.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor, type WalkPlace } from '../walk.ts';
import * as z from '../zod.ts';
import { AssetParams, anyName, assetOfPath } from './param.ts';
import { Divergence } from './schemas.ts';
import { unknownAsset } from './unknown.ts';

const GAP_SECONDS_DEFAULT = 900;
const SECONDS_MAX = 100_000_000;
const FRESHNESS = { access: 'read', ticking: true } as const;
const sortOf = (order: 'asc' | 'desc' = 'desc') => `divergence spread_bps ${order}`;

const comparison = {
  max_gap: whole(0, 86_400)
    .optional()
    .openapi({
      type: 'integer',
      description:
        `How many seconds a compared price may be older than the newest one; ${GAP_SECONDS_DEFAULT} ` +
        'by default.',
      example: 600,
    }),
  max_age: whole(1, SECONDS_MAX)
    .optional()
    .openapi({ type: 'integer', description: 'The largest age of a price, in seconds.', example: 3600 }),
  decimals: parameters.decimals,
};

const AssetDivergenceQuery = z.object({
  ...comparison,
  fields: fieldsParameter(Divergence),
  format: choice(FORMATS).optional().openapi({
    type: 'string',
    description: 'Overrides Accept. CSV and NDJSON are one row, with the columns of /divergence.',
  }),
});
const DivergenceQuery = z.object({
  q: anyName(),
  order: choice(['asc', 'desc']).optional().openapi({
    type: 'string',
    description: 'By the spread; `desc` by default.',
  }),
  min_market_cap_usd: z
    .string()
    .transform((text, context) => {
      const decimal = parseDecimal(text);
      if (decimal !== undefined && !decimal.startsWith('-')) return decimal;
      context.addIssue({ code: 'custom', message: 'must be a number from 0' });
      return z.NEVER;
    })
    .optional()
    .openapi({
      type: 'number',
      description:
        'The smallest market cap, by the first of the compared sources that has one; coins without a ' +
        'market cap are left out.',
      example: 1_000_000,
    }),
  ...comparison,
  ...listParameters(Divergence, 'asset,spread_bps,median_price_usd'),
});

const RULES =
  'The newest spot price of each source counts. Prices more than max_gap seconds older than the newest, older than ' +
  'max_age, or stale according to their source are shown but not compared. Market bars are not compared either, ' +
  'because they hold for another instant. ' +
  'spread_bps = (highest - lowest) / lowest × 10000 and deviation_bps = (price - median) / median × 10000, computed ' +
  'exactly and rounded half away from zero to two decimals; the median of an even number of prices is halfway between the middle two.';

export const divergence = listEndpoint({
  path: '/divergence',
  file: 'divergence',
  access: 'read',
  caching: { ticking: true },
  spec: {
    tags: ['Assets'],
    summary: 'Where sources disagree on a price, widest spread first',
    description: RULES,
    rows: 'Assets with at least two prices to compare.',
  },
  query: DivergenceQuery,
  filters: ['q', 'order', 'min_market_cap_usd', 'max_gap', 'max_age'],
  item: Divergence,
  sortName: ({ order }) => sortOf(order),
  read: readDivergence,
  keyOf: ({ spread_bps, asset_id }) => [spread_bps, asset_id],
  show: divergenceObject,
  sourcesOf,
});

export const assetDivergence: Endpoint = {
  method: 'get',
  path: '/assets/{id}/divergence',
  access: FRESHNESS.access,
  depends_on: 'tape',
  spec: {
    tags: ['Assets'],
    summary: 'How the sources of one asset differ',
    description:
      `${RULES} If fewer than two prices can be compared, the figures are null, and the readings ` +
      'say why.',
    request: { params: AssetParams, query: AssetDivergenceQuery },
    responses: {
      ...ok(itemReply(Divergence), 'The comparison.', { cached: true, exports: true }),
      ...problems('invalid_request', 'not_found'),
    },
  },
  handle: getAssetDivergence,
};

async function readDivergence(
  c: HttpContext,
  { asked, texts, walk, offset, limit, seen }: PageRequest<z.output<typeof DivergenceQuery>>,
): Promise<FoundPage<DivergenceRow>> {
  const found = await listDivergence(c.get('deps').db, {
    ...clockAt(texts.at),
    ref: null,
    q: asked.q ?? null,
    order: asked.order ?? 'desc',
    ...boundsOf(asked),
    min_market_cap_usd: asked.min_market_cap_usd ?? null,
    after: walk === null ? null : placeOf(walk, sortOf(asked.order)),
    limit,
    offset,
    seen,
  });
  const { current_version, total } = headerOf(found);
  const rows = found.filter((row): row is DivergencePageRow & DivergenceRow => row.asset_id !== null);
  return {
    rows,
    turns_at: turnsAt(rows, asked.max_age),
    total: Number(total),
    version: current_version,
    current_version,
  };
}

async function getAssetDivergence(c: HttpContext): Promise<Response> {
  const { fields, decimals, ...asked } = readQuery(c, AssetDivergenceQuery);
  const { text, ref } = assetOfPath(c);
  const deps = c.get('deps');
  const format = formatOf(c, asked.format);
  const freshness = { ...FRESHNESS, format };
  const seen = seenVersion(c, freshness);
  const clock = clockAt(clockOf(c));
  const page = {
    after: null,
    limit: 1,
    offset: 0,
    min_market_cap_usd: null,
    q: null,
    order: 'desc',
  } as const;
  const request = { ...clock, ref, ...boundsOf(asked), ...page, seen };
  const [row] = await listDivergence(deps.db, request);
  const turns_at = row === undefined || row.asset_id === null ? null : turnsAt([row], asked.max_age);
  const headers = {
    ...cacheHeaders(c, row?.current_version ?? clock.at, { ...freshness, turns_at }),
    ...VARY,
  };
  if (isUnchanged(seen, row?.current_version ?? '')) return notModified(headers);
  if (row === undefined || row.asset_id === null) throw await unknownAsset(deps, [text], 'not_found');
  const data = divergenceObject(row, decimalsOf({ format, decimals }));
  if (format !== 'json')
    return tableReply(c, { item: Divergence, name: 'divergence' }, { format, fields }, [data], headers);
  return json({ data: chooseMembers(data, fields), meta: meta(c, { sources: sourcesOf(row) }) }, headers);
}

/** When the first of the compared prices becomes older than allowed. */
const turnsAt = (rows: readonly DivergenceRow[], max_age: number | undefined): Instant | null =>
  earliestOf(
    rows.flatMap(({ readings }) =>
      readings.map(({ excluded, observed_at }) =>
        max_age === undefined || excluded !== null ? null : instantAfter(observed_at, max_age),
      ),
    ),
  );

const boundsOf = (asked: { max_gap?: number | undefined; max_age?: number | undefined }) => ({
  max_gap_seconds: asked.max_gap ?? GAP_SECONDS_DEFAULT,
  max_age_seconds: asked.max_age ?? null,
});

const Key = z.tuple([z.string().regex(/^\d{1,400}\.\d\d$/), z.string()]);

function placeOf(
  { sort, after }: Pick<WalkPlace, 'sort' | 'after'>,
  expected: string,
): NonNullable<DivergenceRequest['after']> {
  const key = Key.safeParse(after).data;
  if (sort !== expected || key === undefined)
    throw invalidCursor('was not made by this service for this list');
  return { spread_bps: key[0], asset_id: key[1] };
}

function sourcesOf({ readings }: DivergenceRow): string[] {
  return readings.map(({ source }) => source);
}

type Decimals = 'number' | 'string' | undefined;

function divergenceObject(row: DivergenceRow, decimals: Decimals) {
  return {
    asset: row.asset_id,
    symbol: row.symbol,
    name: row.name,
    market_cap_usd: jsonDecimal(row.market_cap_usd, decimals),
    spread_bps: jsonDecimal(row.spread_bps, decimals),
    median_price_usd: jsonDecimal(row.median_price_usd, decimals),
    gap_seconds: jsonDecimal(row.gap_seconds),
    compared: Number(row.compared),
    outlier: row.outlier,
    readings: row.readings.map((reading) => readingObject(reading, decimals)),
  };
}

function readingObject(reading: DivergenceReading, decimals: Decimals) {
  return {
    source: reading.source,
    external_id: reading.external_id,
    price_usd: jsonDecimal(reading.price_usd, decimals),
    deviation_bps: jsonDecimal(reading.deviation_bps, decimals),
    created_at: reading.observed_at,
    age_seconds: reading.age_seconds,
    gap_seconds: jsonDecimal(reading.gap_seconds),
    excluded: reading.excluded,
    observation_id: formatObservationId({ ...reading, kind: 'spot' }),
  };
}

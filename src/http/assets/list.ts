import type { AssetRow } from '../../db/identity/asset-row.ts';
import {
  ASSET_SORTS,
  type AssetPageRow,
  type AssetSort,
  type AssetsRequest,
  listAssets,
  placeOf,
} from '../../db/identity/list-assets.ts';
import { headerOf } from '../../db/observations/page-header.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { LIMIT_DEFAULT, parameters, parseAssetRef } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { clockAt } from '../prices/clock.ts';
import { choice } from '../query.ts';
import { json, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { listReply } from '../schemas.ts';
import { invalidCursor, readListQuery, type WalkPlace, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { assetObject } from './object.ts';
import { Asset } from './schemas.ts';
import { unknownAsset } from './unknown.ts';

const WORDS_MAX = 100;
const words = (description: string, example: string) =>
  z
    .string()
    .trim()
    .min(1, 'holds no text')
    .max(WORDS_MAX, `takes at most ${WORDS_MAX} characters`)
    .optional()
    .openapi({ type: 'string', description, example });

const AssetsQuery = z.object({
  q: words('Beginning of the symbol or the id, or part of the name, in any case.', 'bitc'),
  symbol: parameters.symbol,
  ticker: parameters.ticker,
  name: words('Part of the name, in any case.', 'coin'),
  id: words('Beginning of the id, in any case.', 'btc-'),
  asset: parameters.asset,
  sort: choice(ASSET_SORTS)
    .optional()
    .openapi({ type: 'string', description: `${ASSET_SORTS.join(', ')}. Unknown values come last.` }),
  order: choice(['asc', 'desc']).optional().openapi({ type: 'string', description: 'desc when absent.' }),
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  decimals: parameters.decimals,
});
type AssetsQuery = z.output<typeof AssetsQuery>;

const FRESHNESS = { access: 'read', ticking: true } as const;

export const assets: Endpoint = {
  method: 'get',
  path: '/assets',
  access: FRESHNESS.access,
  spec: {
    tags: ['Assets'],
    summary: 'Coins with their newest values, largest market cap first',
    description:
      'One row per asset with what a price page needs, from one source: the same that answers /prices. Where that is the ' +
      'close of a bar of a file, the row comes behind all others. Pages show ' +
      'the present: a coin whose value changes while you walk may move across the border of a page.',
    request: { query: AssetsQuery },
    responses: {
      ...ok(listReply(Asset), 'Assets.', { cached: true }),
      ...problems('invalid_request', 'invalid_cursor', 'unknown_asset'),
    },
  },
  handle: getAssets,
};

async function getAssets(c: HttpContext): Promise<Response> {
  const { asked, texts, offset, walk } = readListQuery(c, AssetsQuery, FILTERS);
  const deps = c.get('deps');
  const limit = asked.limit ?? LIMIT_DEFAULT;
  const [sort, order] = [asked.sort ?? 'market_cap_usd', asked.order ?? 'desc'];
  const sortName = `assets ${sort} ${order}`;
  const seen = seenVersion(c, FRESHNESS);
  const found = await listAssets(deps.db, {
    ...clockAt(texts.at),
    filter: filterOf(asked),
    sort,
    order,
    after: walk === null ? null : keyIn(walk, sortName),
    limit: limit + 1,
    offset,
    seen,
  });
  const header = headerOf(found);
  const cacheable = cacheHeaders(c, header.current_version, FRESHNESS);
  if (isUnchanged(seen, header.current_version)) return notModified(cacheable);
  if (header.unknown_refs !== null) throw await unknownAsset(deps, header.unknown_refs);
  const rows = found.filter((row): row is AssetPageRow & AssetRow => row.asset_id !== null);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const total = walk ? walk.total : Number(header.total);
  const place = { texts, version: header.current_version, sort: sortName, total };
  const next_cursor =
    rows.length > limit && last ? writeCursor({ ...place, after: keyOf(last, sort) }) : null;
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { pagination, headers } = paging(c, facts);
  const data = page.map((row) => assetObject(row, asked.decimals));
  const sources = page.flatMap(({ source }) => source ?? []);
  return json({ data, pagination, meta: meta(c, { sources }) }, { ...cacheable, ...headers });
}

const FILTERS: readonly (keyof AssetsQuery)[] = ['q', 'symbol', 'name', 'id', 'asset', 'sort', 'order'];

const filterOf = ({ q, symbol, name, id, asset }: AssetsQuery): AssetsRequest['filter'] => ({
  refs: asset?.map(parseAssetRef) ?? null,
  symbols: symbol ?? null,
  name: name ?? null,
  id: id ?? null,
  q: q ?? null,
});

function keyOf(row: AssetRow, sort: AssetSort) {
  const { value, listing_id, asset_id } = placeOf(row, sort);
  return [value, listing_id, asset_id];
}

const Key = z.tuple([
  z
    .string()
    .regex(/^-?\d{1,400}(\.\d{1,400})?$/)
    .nullable(),
  z.number().int().min(1).max(2_147_483_647).nullable(),
  z.string(),
]);

function keyIn({ sort, after }: WalkPlace, expected: string): NonNullable<AssetsRequest['after']> {
  const key = Key.safeParse(after).data;
  if (sort !== expected || key === undefined || (key[0] !== null && key[1] === null))
    throw invalidCursor('was not made by this service for this list');
  return { value: key[0], listing_id: key[1], asset_id: key[2] };
}

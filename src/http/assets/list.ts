import type { AssetRef } from '../../db/identity/asset-ref.ts';
import { ASSET_SORTS, type AssetPlace, type AssetSort, SECTIONS } from '../../db/identity/asset-sections.ts';
import { type AssetPageRow, type AssetsRequest, listAssets } from '../../db/identity/list-assets.ts';
import { headerOf } from '../../db/observations/page-header.ts';
import { CHAINS } from '../../domain/identity/chains.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { FORMATS, LIMIT_DEFAULT, names, parameters, parseAssetRef } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { clockAt } from '../prices/clock.ts';
import { AGE_SECONDS_MAX } from '../prices/list.ts';
import { choice, commaSeparated, invalid, pairsOf, whole } from '../query.ts';
import { json, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { listReply } from '../schemas.ts';
import { invalidCursor, readListQuery, type WalkPlace, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { getIdMap } from './id-map.ts';
import { assetObject } from './object.ts';
import { ASSET_STATUSES, Asset } from './schemas.ts';
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
  contract: names(
    commaSeparated().optional(),
    `Contracts as \`chain:address\`; chains: ${CHAINS.join(', ')}. Of an address that two coins have, both.`,
    'ethereum:0x7fc66500c84a76ad7e9c93437bfc5ac33e2ddae9',
  ),
  status: choice([...ASSET_STATUSES, 'all'])
    .optional()
    .openapi({
      type: 'string',
      description: 'active when absent; `all` gives those too that left their sources.',
    }),
  fields: choice(['ids'])
    .optional()
    .openapi({
      type: 'string',
      description:
        '`ids` gives, alone or with `format`, what every asset is called by each source and its contracts: the whole ' +
        'map in one reply.',
    }),
  format: choice(FORMATS).optional().openapi({ type: 'string', description: 'Goes with fields=ids.' }),
  sort: choice(ASSET_SORTS)
    .optional()
    .openapi({
      type: 'string',
      description: `${ASSET_SORTS.join(', ')}; rank when absent. Assets without the value come behind those with it.`,
    }),
  order: choice(['asc', 'desc'])
    .optional()
    .openapi({ type: 'string', description: 'asc by rank and desc by others when absent.' }),
  max_age: whole(1, AGE_SECONDS_MAX).optional().openapi({
    type: 'integer',
    description: 'No row older than so many seconds: assets without any newer one are left out.',
    example: 86_400,
  }),
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  decimals: parameters.decimals,
});
type AssetsQuery = z.output<typeof AssetsQuery>;

const INT_MAX = 2_147_483_647;
const FRESHNESS = { access: 'read', ticking: true } as const;

export const assets: Endpoint = {
  method: 'get',
  path: '/assets',
  access: FRESHNESS.access,
  spec: {
    tags: ['Assets'],
    summary: 'Coins with their newest values, by rank',
    description:
      'One row per asset with what a price page needs, from one source: the same that answers /prices. The order is that ' +
      `of the rank that the first of ${ANSWER_ORDER.join(', ')} states which has a rank not older than a day; those ` +
      'without one follow. In every order assets without any data of the last day come behind all others; `max_age` ' +
      'leaves them out. Pages show the present: a coin whose rank changes while you walk may move across the border of ' +
      'a page.',
    request: { query: AssetsQuery },
    responses: {
      ...ok(listReply(Asset), 'Assets.', { cached: true }),
      ...problems('invalid_request', 'invalid_cursor', 'unknown_asset'),
    },
  },
  handle: getAssets,
};

async function getAssets(c: HttpContext): Promise<Response> {
  if ([...pairsOf(c.req.url)].some(([name]) => name === 'fields')) return getIdMap(c);
  const { asked, texts, offset, walk } = readListQuery(c, AssetsQuery, FILTERS);
  if (asked.format !== undefined && asked.format !== 'json')
    throw invalid([{ path: 'format', message: 'goes with fields=ids' }]);
  const deps = c.get('deps');
  const limit = asked.limit ?? LIMIT_DEFAULT;
  const sort = asked.sort ?? 'rank';
  const order = asked.order ?? (sort === 'rank' ? 'asc' : 'desc');
  const sortName = `assets ${sort} ${order}`;
  const seen = seenVersion(c, FRESHNESS);
  const found = await listAssets(deps.db, {
    ...clockAt(texts.at),
    max_age_seconds: asked.max_age ?? null,
    filter: filterOf(asked),
    sort,
    order,
    after: walk === null ? null : keyIn(walk, sortName, sort),
    limit: limit + 1,
    offset,
    seen,
  });
  const header = headerOf(found);
  const cacheable = cacheHeaders(c, header.current_version, FRESHNESS);
  if (isUnchanged(seen, header.current_version)) return notModified(cacheable);
  if (header.unknown_refs !== null) throw await unknownAsset(deps, header.unknown_refs);
  const rows = found.filter((row): row is ListedAsset => row.asset_id !== null);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const total = walk ? walk.total : Number(header.total);
  const place = { texts, version: header.current_version, sort: sortName, total };
  const next_cursor = rows.length > limit && last ? writeCursor({ ...place, after: keyOf(last) }) : null;
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { pagination, headers } = paging(c, facts);
  const data = page.map((row) => assetObject(row, asked.decimals));
  const sources = page.flatMap(({ source }) => source ?? []);
  return json({ data, pagination, meta: meta(c, { sources }) }, { ...cacheable, ...headers });
}

type ListedAsset = Extract<AssetPageRow, { asset_id: string }>;

const FILTERS: readonly (keyof AssetsQuery)[] = [
  'q',
  'symbol',
  'name',
  'id',
  'asset',
  'contract',
  'status',
  'sort',
  'order',
  'max_age',
];

const filterOf = ({
  q,
  symbol,
  name,
  id,
  asset,
  contract,
  status = 'active',
}: AssetsQuery): AssetsRequest['filter'] => ({
  refs: asset?.map(parseAssetRef) ?? null,
  contracts: contract?.map(parseContract) ?? null,
  is_inactive: status === 'all' ? null : status === 'inactive',
  symbols: symbol ?? null,
  name: name ?? null,
  id: id ?? null,
  q: q ?? null,
});

/** An address that is none of the chain is nobody's; a chain that we do not list is a mistake. */
function parseContract(text: string): AssetRef {
  const ref = parseAssetRef(text);
  if (ref.source !== null && CHAINS.includes(ref.source)) return ref;
  const chain = text.slice(0, text.indexOf(':')).toLowerCase();
  if (CHAINS.includes(chain)) return { source: chain, value: '' };
  throw invalid([{ path: 'contract', message: `must be chain:address; chains: ${CHAINS.join(', ')}` }]);
}

const keyOf = ({ place_section, place_value, place_listing_id, asset_id }: ListedAsset) => [
  place_section,
  place_value,
  place_listing_id,
  asset_id,
];

const Key = z.tuple([
  z
    .number()
    .int()
    .min(0)
    .max(SECTIONS.all.length - 1),
  z
    .string()
    .regex(/^-?\d{1,400}(\.\d{1,400})?$/)
    .nullable(),
  z.number().int().min(1).max(INT_MAX).nullable(),
  z.string(),
]);
const Rank = z.string().regex(/^\d{1,9}$/);

function keyIn({ sort, after }: WalkPlace, expected: string, by: AssetSort): AssetPlace {
  const key = Key.safeParse(after).data;
  const isKey = key !== undefined && (key[1] === null || key[2] !== null);
  const isRank = key?.[1] == null || by !== 'rank' || Rank.safeParse(key[1]).success;
  if (sort !== expected || !isKey || !isRank)
    throw invalidCursor('was not made by this service for this list');
  const [section, value, listing_id, asset_id] = key;
  return { section, value, listing_id, asset_id };
}

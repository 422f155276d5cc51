import type { AssetRef } from '../../db/identity/asset-ref.ts';
import { type AssetPlace, SECTIONS } from '../../db/identity/asset-sections.ts';
import { ASSET_SORTS, type AssetSort, type SortType, sortType } from '../../db/identity/asset-sorts.ts';
import { type AssetPageRow, type AssetsRequest, listAssets } from '../../db/identity/list-assets.ts';
import { headerOf } from '../../db/observations/page-header.ts';
import { CHAINS } from '../../domain/identity/chains.ts';
import { earliestOf, type Instant, instantAfter, parseInstant } from '../../domain/instant.ts';
import { isStorable } from '../../domain/text.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';
import { isUnchanged } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { names, parameters, parseAssetRef } from '../data/query.ts';
import { clockAt } from '../prices/clock.ts';
import { AGE_SECONDS_MAX } from '../prices/list.ts';
import { choice, commaSeparated, invalid, pairsOf, whole } from '../query.ts';
import { fieldsParameter } from '../tables/columns.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor, type WalkPlace } from '../walk.ts';
import * as z from '../zod.ts';
import { getIdMap } from './id-map.ts';
import { assetObject } from './object.ts';
import { anyName, words } from './param.ts';
import { ASSET_STATUSES, Asset } from './schemas.ts';
import { unknownAsset } from './unknown.ts';

const AssetsQuery = z.object({
  q: anyName(),
  symbol: parameters.symbol,
  ticker: parameters.ticker,
  name: words('Part of the name, in any case.', 'coin'),
  id: words('Beginning of the id, in any case.', 'btc-'),
  asset: parameters.asset,
  contract: names(
    commaSeparated().optional(),
    `Contracts as \`chain:address\`; chains: ${CHAINS.join(', ')}. If two coins have one address, it finds both.`,
    'ethereum:0x7fc66500c84a76ad7e9c93437bfc5ac33e2ddae9',
  ),
  status: choice([...ASSET_STATUSES, 'all'])
    .optional()
    .openapi({
      type: 'string',
      description: '`active` by default; `all` includes assets that left their sources.',
    }),
  sort: choice(ASSET_SORTS)
    .optional()
    .openapi({
      type: 'string',
      description:
        `${ASSET_SORTS.join(', ')}; rank by default. Assets without the value come last. Names are sorted ` +
        'without regard to case, by code point.',
    }),
  order: choice(['asc', 'desc']).optional().openapi({
    type: 'string',
    description: 'By default `asc` by rank and name, and `desc` by other values.',
  }),
  max_age: whole(1, AGE_SECONDS_MAX).optional().openapi({
    type: 'integer',
    description: 'The largest age of the newest data, in seconds: assets without newer data are left out.',
    example: 86_400,
  }),
  ...listParameters(Asset),
  fields: fieldsParameter(Asset, 'asset,symbol,price_usd,market_cap_usd').openapi({
    description:
      'Members of the rows, in this order, in every format. `ids`, alone or with `format`, returns ' +
      'the whole map in one reply: the id of every asset at each source, and its contracts.',
  }),
  decimals: parameters.decimals,
});
type AssetsQuery = z.output<typeof AssetsQuery>;

const INT_MAX = 2_147_483_647;
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

export const assets = listEndpoint({
  path: '/assets',
  file: 'assets',
  access: 'read',
  caching: { ticking: true },
  spec: {
    tags: ['Assets'],
    summary: 'Coins with their newest values, by rank',
    description:
      'One row per asset with the values of a price page, from one source: the source that answers ' +
      `/prices. Assets are ordered by rank: the rank of the first of ${ANSWER_ORDER.join(', ')} ` +
      'that states one not older than a day; assets without a rank follow. In every order, assets ' +
      'without data of the last day come last; `max_age` leaves them out. Pages, and the parts of a' +
      ' whole CSV or NDJSON, show the present: a coin whose rank changes between two requests may ' +
      'move to another page.',
    rows: 'Assets.',
  },
  query: AssetsQuery,
  filters: FILTERS,
  item: Asset,
  problems: ['unknown_asset'],
  instead: (c) => (asksForIds(c) ? getIdMap(c) : undefined),
  sortName: (asked) => sortOf(asked).name,
  read: readAssets,
  keyOf: ({ place_section, place_value, place_listing_id, asset_id }: ListedAsset) => [
    place_section,
    place_value,
    place_listing_id,
    asset_id,
  ],
  show: assetObject,
  sourcesOf: ({ source }) => [source],
});

const asksForIds = (c: HttpContext): boolean =>
  pairsOf(c.req.url).some(([name, value]) => name === 'fields' && value === 'ids');

function sortOf(asked: AssetsQuery) {
  const sort = asked.sort ?? 'rank';
  const order = asked.order ?? (sort === 'rank' || sort === 'name' ? 'asc' : 'desc');
  return { sort, order, name: `assets ${sort} ${order}` };
}

async function readAssets(
  c: HttpContext,
  { asked, texts, walk, offset, limit, seen }: PageRequest<AssetsQuery>,
): Promise<FoundPage<ListedAsset>> {
  const deps = c.get('deps');
  const { sort, order, name } = sortOf(asked);
  const found = await listAssets(deps.db, {
    ...clockAt(texts.at),
    max_age_seconds: asked.max_age ?? null,
    filter: filterOf(asked),
    sort,
    order,
    after: walk === null ? null : keyIn(walk, name, sort),
    limit,
    offset,
    seen,
  });
  const { current_version, unknown_refs, total } = headerOf(found);
  if (unknown_refs !== null && !isUnchanged(seen, current_version))
    throw await unknownAsset(deps, unknown_refs);
  const rows = found.filter((row): row is ListedAsset => row.asset_id !== null);
  return {
    rows,
    turns_at: earliestOf(rows.flatMap((row) => turnsOf(row, asked.max_age))),
    total: Number(total),
    version: current_version,
    current_version,
  };
}

/** When the content of a row turns: its value is then late, or older than allowed. */
const turnsOf = ({ turns_at, observed_at }: ListedAsset, max_age: number | undefined): (Instant | null)[] => [
  turns_at,
  observed_at === null || max_age === undefined ? null : instantAfter(observed_at, max_age),
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

/** An invalid address of a chain belongs to no asset; an unknown chain is a mistake of the caller. */
function parseContract(text: string): AssetRef {
  const ref = parseAssetRef(text);
  if (ref.source !== null && CHAINS.includes(ref.source)) return ref;
  const chain = text.slice(0, text.indexOf(':')).toLowerCase();
  if (CHAINS.includes(chain)) return { source: chain, value: '' };
  throw invalid([{ path: 'contract', message: `must be chain:address; chains: ${CHAINS.join(', ')}` }]);
}

const Key = z.tuple([
  z
    .number()
    .int()
    .min(0)
    .max(SECTIONS.all.length - 1),
  z.string().nullable(),
  z.number().int().min(1).max(INT_MAX).nullable(),
  z.string(),
]);

/** Whether a text of a cursor is a value of an order. */
const IS_VALUE: Record<SortType, (text: string) => boolean> = {
  int: (text) => /^\d{1,9}$/.test(text),
  numeric: (text) => /^-?\d{1,400}(\.\d{1,400})?$/.test(text),
  timestamptz: (text) => parseInstant(text) === text,
  text: isStorable,
};

/** Whether it is a place in an order: only by name the place is not that of a listing. */
function isPlace([, value, listing_id]: z.output<typeof Key>, by: AssetSort): boolean {
  if (value === null) return true;
  return IS_VALUE[sortType(by)](value) && (listing_id === null) === (by === 'name');
}

function keyIn(
  { sort, after }: Pick<WalkPlace, 'sort' | 'after'>,
  expected: string,
  by: AssetSort,
): AssetPlace {
  const key = Key.safeParse(after).data;
  if (sort !== expected || key === undefined || !isPlace(key, by))
    throw invalidCursor('was not made by this service for this list');
  const [section, value, listing_id, asset_id] = key;
  return { section, value, listing_id, asset_id };
}

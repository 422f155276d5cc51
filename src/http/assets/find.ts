import type { AssetNames } from '../../db/identity/asset-names.ts';
import type { AssetRow } from '../../db/identity/asset-row.ts';
import { type AssetListing, type Coverage, findAsset } from '../../db/identity/find-asset.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { clockAt } from '../prices/clock.ts';
import { readQuery } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { itemReply } from '../schemas.ts';
import * as z from '../zod.ts';
import { assetObject, mappingObject } from './object.ts';
import { AssetParams, assetOfPath } from './param.ts';
import { AssetDetail } from './schemas.ts';
import { unknownAsset } from './unknown.ts';

const AssetQuery = z.object({ decimals: parameters.decimals });
const FRESHNESS = { access: 'read', ticking: true } as const;

export const asset: Endpoint = {
  method: 'get',
  path: '/assets/{id}',
  access: FRESHNESS.access,
  depends_on: 'tape',
  spec: {
    tags: ['Assets'],
    summary: 'One coin: its newest values, its listings and their mappings, and its history',
    description:
      'For an asset that was merged into another, the reply has the other asset, under its id. ' +
      'coverage counts current rows.',
    request: { params: AssetParams, query: AssetQuery },
    responses: {
      ...ok(itemReply(AssetDetail), 'The asset.', { cached: true }),
      ...problems('invalid_request', 'not_found'),
    },
  },
  handle: getAsset,
};

async function getAsset(c: HttpContext): Promise<Response> {
  const { decimals } = readQuery(c, AssetQuery);
  const { text, ref } = assetOfPath(c);
  const deps = c.get('deps');
  const seen = seenVersion(c, FRESHNESS);
  const clock = clockAt(clockOf(c));
  const [row] = await findAsset(deps.db, { ...clock, ref, seen });
  const turns_at = row === undefined || row.asset_id === null ? null : row.turns_at;
  const headers = cacheHeaders(c, row?.current_version ?? clock.at, { ...FRESHNESS, turns_at });
  if (isUnchanged(seen, row?.current_version ?? '')) return notModified(headers);
  if (row === undefined || row.asset_id === null) throw await unknownAsset(deps, [text], 'not_found');
  const data = { ...assetObject(row, decimals), ...traces(row, decimals) };
  return json({ data, meta: meta(c, { sources: row.listings.map(({ source }) => source) }) }, headers);
}

type Detail = AssetRow & AssetNames & { listings: AssetListing[]; coverage: Coverage[] };

const traces = (
  { contracts, ids, listings, coverage }: Detail,
  decimals: 'number' | 'string' | undefined,
) => ({
  contracts,
  ids,
  listings: listings.map(({ first_known_at, mapping, ...listing }) => ({
    ...listing,
    first_ingested_at: first_known_at,
    mapping: mapping === null ? null : mappingObject(mapping, decimals),
  })),
  coverage,
});

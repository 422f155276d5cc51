import {
  listMarketTotals,
  type MarketTotalsPageRow,
  type MarketTotalsRow,
} from '../../db/observations/list-market-totals.ts';
import { headerOf } from '../../db/observations/page-header.ts';
import { parseInstant } from '../../domain/instant.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { jsonDecimal } from '../json.ts';
import { json, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { listReply, MarketTotals } from '../schemas.ts';
import { invalidCursor, readListQuery, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { LIMIT_DEFAULT, parameters } from './query.ts';

const GlobalQuery = z.object({
  source: parameters.source,
  start_date: parameters.start_date,
  end_date: parameters.end_date,
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  decimals: parameters.decimals,
});
const FRESHNESS = { access: 'read' } as const;
const SORT = 'global observed_at desc';

export const global: Endpoint = {
  method: 'get',
  path: '/global',
  access: FRESHNESS.access,
  spec: {
    tags: ['Data'],
    summary: 'The whole market as each source defines it, newest first',
    description:
      'Sources count different coins and venues: their totals are not comparable, and never merged here.',
    request: { query: GlobalQuery },
    responses: {
      ...ok(listReply(MarketTotals), 'Market totals.', { cached: true }),
      ...problems('invalid_request', 'invalid_cursor'),
    },
  },
  handle: getGlobal,
};

async function getGlobal(c: HttpContext): Promise<Response> {
  const { asked, texts, offset, walk } = readListQuery(c, GlobalQuery, ['source', 'start_date', 'end_date']);
  const limit = asked.limit ?? LIMIT_DEFAULT;
  const seen = seenVersion(c, FRESHNESS);
  const found = await listMarketTotals(c.get('deps').db, {
    sources: asked.source ?? null,
    observed_from: asked.start_date ?? null,
    observed_before: asked.end_date ?? null,
    after: walk === null ? null : placeOf(walk.sort, walk.after),
    version: walk?.version ?? null,
    limit: limit + 1,
    offset,
    seen,
  });
  const header = headerOf(found);
  const cacheable = cacheHeaders(c, header.current_version, FRESHNESS);
  if (isUnchanged(seen, header.current_version)) return notModified(cacheable);
  const rows = found.filter((row): row is MarketTotalsPageRow & MarketTotalsRow => row.source !== null);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const total = Number(header.total);
  const after = last ? [last.observed_at, last.source] : [];
  const place = { texts, version: header.version, sort: SORT, total, after };
  const next_cursor = rows.length > limit ? writeCursor(place) : null;
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { pagination, headers } = paging(c, facts);
  const data = page.map((row) => totalsObject(row, asked.decimals));
  const sources = page.map((row) => row.source);
  return json({ data, pagination, meta: meta(c, { sources }) }, { ...cacheable, ...headers });
}

function placeOf(sort: string, [observed_at, source]: (string | number | null)[]) {
  const known = typeof observed_at === 'string' && parseInstant(observed_at) === observed_at;
  if (sort === SORT && known && typeof source === 'string') return { observed_at, source };
  throw invalidCursor('was not made by this service for this list');
}

function totalsObject(row: MarketTotalsRow, decimals: 'number' | 'string' | undefined) {
  return {
    source: row.source,
    market_cap_usd: jsonDecimal(row.market_cap_usd, decimals),
    volume_24h_usd: jsonDecimal(row.volume_24h_usd, decimals),
    bitcoin_dominance_percent: jsonDecimal(row.bitcoin_dominance_percent, decimals),
    market_cap_change_24h_percent: jsonDecimal(row.market_cap_change_24h_percent, decimals),
    assets_count: row.assets_count,
    created_at: row.observed_at,
    ingested_at: row.known_at,
    flags: row.flags,
  };
}

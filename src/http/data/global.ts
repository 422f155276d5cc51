import {
  listMarketTotals,
  type MarketTotalsPageRow,
  type MarketTotalsRow,
} from '../../db/observations/list-market-totals.ts';
import { headerOf } from '../../db/observations/page-header.ts';
import { parseInstant } from '../../domain/instant.ts';
import type { HttpContext } from '../context.ts';
import { jsonDecimal } from '../json.ts';
import { MarketTotals } from '../schemas.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { parameters } from './query.ts';

const GlobalQuery = z.object({
  source: parameters.source,
  start_date: parameters.start_date,
  end_date: parameters.end_date,
  ...listParameters(MarketTotals, 'source,created_at,market_cap_usd'),
  decimals: parameters.decimals,
});
const SORT = 'global observed_at desc';

export const global = listEndpoint({
  path: '/global',
  file: 'global',
  access: 'read',
  caching: {},
  spec: {
    tags: ['Data'],
    summary: 'The whole market as each source defines it, newest first',
    description:
      'Sources count different coins and venues: their totals are not comparable, and never merged here.',
    rows: 'Market totals.',
  },
  query: GlobalQuery,
  filters: ['source', 'start_date', 'end_date'],
  item: MarketTotals,
  sortName: () => SORT,
  read: readGlobal,
  keyOf: ({ observed_at, source }) => [observed_at, source],
  show: totalsObject,
  sourcesOf: ({ source }) => [source],
});

async function readGlobal(
  c: HttpContext,
  { asked, walk, offset, limit, seen }: PageRequest<z.output<typeof GlobalQuery>>,
): Promise<FoundPage<MarketTotalsRow>> {
  const found = await listMarketTotals(c.get('deps').db, {
    sources: asked.source ?? null,
    observed_from: asked.start_date ?? null,
    observed_before: asked.end_date ?? null,
    after: walk === null ? null : placeOf(walk.sort, walk.after),
    version: walk?.version ?? null,
    limit,
    offset,
    seen,
  });
  const { version, current_version, total } = headerOf(found);
  return {
    rows: found.filter((row): row is MarketTotalsPageRow & MarketTotalsRow => row.source !== null),
    total: Number(total),
    version,
    current_version,
  };
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

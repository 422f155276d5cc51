import { headerOf } from '../../db/observations/page-header.ts';
import { listRates, type RatePageRow } from '../../db/rates/list.ts';
import type { RateRow } from '../../db/rates/reading.ts';
import { earliestOf, microsOf } from '../../domain/instant.ts';
import { rateTurnsAt } from '../../domain/rate.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import { earlier } from '../prices/clock.ts';
import { commaSeparated, instantParam, invalid } from '../query.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { rateObject } from './object.ts';
import { Rate } from './schemas.ts';

const RatesQuery = z.object({
  at: instantParam().optional().openapi({
    type: 'string',
    description: 'The last rates at or before this instant; now by default.',
  }),
  as_of: instantParam()
    .optional()
    .openapi({ type: 'string', description: 'Only rates that this service knew at that instant.' }),
  currency: commaSeparated((text) => text.toLowerCase())
    .optional()
    .openapi({ type: 'string', description: 'Only these, in any case.', example: 'eur,gbp' }),
  ...listParameters(Rate, 'currency,usd_per_unit,created_at'),
  decimals: parameters.decimals,
});
type RatesQuery = z.output<typeof RatesQuery>;

const SORT = 'rates currency asc';

export const rates = listEndpoint({
  path: '/rates',
  file: 'rates',
  access: 'read',
  caching: { ticking: true },
  spec: {
    tags: ['Data'],
    summary: 'US dollars per unit of other currencies, at an instant',
    description:
      'As their source states them: the price of a bitcoin in each currency and in US dollars, from' +
      ' one reply. A currency without a known rate at that instant has no row. `/rates/{id}/proof` ' +
      'leads to the bytes; `/prices?quote=` converts with the same rates.',
    rows: 'Rates, by currency.',
  },
  query: RatesQuery,
  filters: ['at', 'as_of', 'currency'],
  item: Rate,
  sortName: () => SORT,
  read: readRates,
  keyOf: ({ currency }) => [currency],
  show: ({ at, ...row }, decimals) => rateObject(row, at, decimals),
  sourcesOf: ({ source }) => [source],
});

type ListedRate = RateRow & { at: string };

async function readRates(
  c: HttpContext,
  { asked, texts, walk, offset, limit, seen }: PageRequest<RatesQuery>,
): Promise<FoundPage<ListedRate>> {
  const { db } = c.get('deps');
  const at = asked.at ?? earlier(texts.at, asked.as_of ?? null);
  if (microsOf(at) > microsOf(clockOf(c)))
    throw invalid([{ path: 'at', message: 'lies in the future; nothing is known of then' }]);
  const found = await listRates(db, {
    at,
    currencies: asked.currency ?? null,
    after: walk === null ? null : currencyAfter(walk.sort, walk.after),
    version: walk?.version ?? asked.as_of ?? null,
    limit,
    offset,
    seen,
  });
  const { current_version, version, total } = headerOf(found);
  const rows = found.filter((row): row is RatePageRow & RateRow => row.source !== null);
  return {
    rows: rows.map((row) => ({ ...row, at })),
    turns_at: asked.at === undefined ? earliestOf(rows.map((row) => rateTurnsAt(row, at))) : null,
    total: Number(total),
    version,
    current_version,
  };
}

function currencyAfter(sort: string, [currency]: (string | number | null)[]): string {
  if (sort === SORT && typeof currency === 'string') return currency;
  throw invalidCursor('was not made by this service for this list');
}

import { type IdMapFacts, type IdMapRow, listIds } from '../../db/identity/id-map.ts';
import { POLLED_SOURCES } from '../../sources/registry.ts';
import { demandBulk } from '../access.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { rowsText } from '../data/export.ts';
import { FORMATS } from '../data/query.ts';
import { choice, readQuery } from '../query.ts';
import { json, meta, paging } from '../reply.ts';
import { rowObject, type ValueField } from '../row-fields.ts';
import { formatHeaders, formatOf, VARY } from '../tables/format.ts';
import * as z from '../zod.ts';

const IdMapQuery = z.object({ fields: choice(['ids']), format: choice(FORMATS).optional() });

const FIELDS: readonly ValueField<IdMapFacts>[] = [
  { name: 'asset', type: 'text', read: (row) => row.asset_id },
  { name: 'symbol', type: 'text', read: (row) => row.symbol },
  { name: 'name', type: 'text', read: (row) => row.name },
  { name: 'status', type: 'text', read: (row) => (row.is_inactive ? 'inactive' : 'active') },
  ...POLLED_SOURCES.map(
    ({ id }): ValueField<IdMapFacts> => ({ name: id, type: 'text', read: (row) => row.ids[id] ?? null }),
  ),
  {
    name: 'contracts',
    type: 'words',
    read: ({ contracts }) => contracts.map(({ chain, address }) => `${chain}:${address}`),
  },
];

/** The whole map between our ids, those of the sources, and contracts, in one reply of any format. */
export async function getIdMap(c: HttpContext): Promise<Response> {
  const asked = readQuery(c, IdMapQuery);
  await demandBulk(c);
  const format = formatOf(c, asked.format);
  const freshness = { access: 'bulk', format, ticking: true } as const;
  const seen = seenVersion(c, freshness);
  const isHead = c.req.method === 'HEAD';
  const found = await listIds(c.get('deps').db, { limit: isHead ? 1 : null, seen });
  const current = found[0]?.current_version ?? '';
  const headers = { ...cacheHeaders(c, current, freshness), ...VARY };
  if (isUnchanged(seen, current)) return notModified(headers);
  const rows = found.filter((row): row is IdMapRow & IdMapFacts => row.asset_id !== null);
  if (format === 'json') return jsonMap(c, rows, headers);
  const text = rowsText({ fields: FIELDS, format, decimals: 'number' }, rows, true);
  return new Response(isHead ? null : text, {
    headers: { ...headers, ...formatHeaders(format, 'ids') },
  });
}

function jsonMap(c: HttpContext, rows: readonly IdMapFacts[], headers: Record<string, string>): Response {
  const count = rows.length;
  const page = { limit: count, offset: 0, returned: count, total: count, next_cursor: null };
  const data = rows.map((row) => rowObject(row, FIELDS, 'number'));
  const sources = new Set(rows.flatMap(({ ids }) => Object.keys(ids)));
  return json({ data, pagination: paging(c, page).pagination, meta: meta(c, { sources }) }, headers);
}

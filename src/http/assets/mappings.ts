import {
  listMappings,
  type MappingPageRow,
  type MappingRow,
  type MappingsFilter,
} from '../../db/identity/list-mappings.ts';
import { MAPPING_STATES, type MappingState, METHODS } from '../../domain/identity/evidence.ts';
import { type Instant, instantOfDate } from '../../domain/instant.ts';
import type { HttpContext } from '../context.ts';
import { LIMIT_DEFAULT, parameters, parseAssetRef } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { clockAt } from '../prices/clock.ts';
import { flag, invalid, listFrom } from '../query.ts';
import { json, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { listReply } from '../schemas.ts';
import { invalidCursor, readListQuery, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { mappingObject } from './object.ts';
import { Mapping } from './schemas.ts';
import { unknownAsset } from './unknown.ts';

const MappingsQuery = z.object({
  method: listFrom(METHODS)
    .optional()
    .openapi({ type: 'string', description: `Methods: ${METHODS.join(', ')}.`, example: 'contract,name' }),
  state: listFrom(MAPPING_STATES)
    .optional()
    .openapi({
      type: 'string',
      description: `States: ${MAPPING_STATES.join(', ')}. All but ended when absent. conflict gives active ones too that stand though evidence contradicts them: their evidence has contested_by.`,
      example: 'proposed',
    }),
  conflict: flag().optional().openapi({
    type: 'string',
    description: '`true` gives those in conflict, `false` the others that stand.',
  }),
  flagged: flag().optional().openapi({
    type: 'string',
    description: '`true` gives those that later evidence doubts, e.g. prices that keep disagreeing.',
  }),
  asset: parameters.asset,
  symbol: parameters.symbol,
  ticker: parameters.ticker,
  source: parameters.source,
  external_id: parameters.external_id,
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  decimals: parameters.decimals,
});
type MappingsQuery = z.output<typeof MappingsQuery>;

const SORT = 'mappings id desc';

export const mappings: Endpoint = {
  method: 'get',
  path: '/mappings',
  access: 'read',
  spec: {
    tags: ['Assets'],
    summary: 'Which listing is which asset, and how that is known; newest first',
    request: { query: MappingsQuery },
    responses: {
      ...ok(listReply(Mapping), 'Mappings.'),
      ...problems('invalid_request', 'invalid_cursor', 'unknown_asset'),
    },
  },
  handle: getMappings,
};

async function getMappings(c: HttpContext): Promise<Response> {
  const { asked, texts, offset, walk } = readListQuery(c, MappingsQuery, FILTERS);
  const deps = c.get('deps');
  const limit = asked.limit ?? LIMIT_DEFAULT;
  const after = walk === null ? null : mappingAfter(walk.sort, walk.after);
  const request = { filter: filterOf(asked, texts.at), limit: limit + 1, offset, after };
  const found = await listMappings(deps.db, request);
  const unknown = found[0]?.unknown_refs ?? null;
  if (unknown !== null) throw await unknownAsset(deps, unknown);
  const rows = found.filter((row): row is MappingPageRow & MappingRow => row.mapping !== null);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const place = { texts, version: instantOfDate(deps.now()), sort: SORT, total: null };
  const next_cursor =
    rows.length > limit && last ? writeCursor({ ...place, after: [last.mapping.id] }) : null;
  const total = Number(found[0]?.total ?? 0);
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { pagination, headers } = paging(c, facts);
  const data = page.map(({ source, external_id, symbol, name, mapping }) => {
    const { id, ...rest } = mappingObject(mapping, asked.decimals);
    return { id, source, external_id, symbol, name, ...rest };
  });
  return json({ data, pagination, meta: meta(c, { sources: page.map(({ source }) => source) }) }, headers);
}

const FILTERS: readonly (keyof MappingsQuery)[] = [
  'method',
  'state',
  'conflict',
  'flagged',
  'asset',
  'symbol',
  'source',
  'external_id',
];

const filterOf = (asked: MappingsQuery, at: Instant): MappingsFilter => ({
  sources: asked.source ?? null,
  clock: clockAt(at),
  symbols: asked.symbol ?? null,
  external_ids: asked.external_id ?? null,
  refs: asked.asset?.map(parseAssetRef) ?? null,
  methods: asked.method ?? null,
  states: statesOf(asked),
  is_flagged: asked.flagged ?? null,
});

function statesOf({ state, conflict }: MappingsQuery): MappingState[] | null {
  if (conflict === undefined) return state ?? null;
  if (state !== undefined)
    throw invalid([{ path: 'conflict', message: 'and state exclude each other: conflict is a state' }]);
  return conflict ? ['conflict'] : MAPPING_STATES.filter((each) => each !== 'conflict' && each !== 'ended');
}

function mappingAfter(sort: string, [id]: (string | number | null)[]): number {
  if (sort === SORT && typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id;
  throw invalidCursor('was not made by this service for this list');
}

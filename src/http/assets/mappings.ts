import {
  listMappings,
  type MappingPageRow,
  type MappingRow,
  type MappingsFilter,
} from '../../db/identity/list-mappings.ts';
import { MAPPING_STATES, type MappingState, METHODS } from '../../domain/identity/evidence.ts';
import type { Instant } from '../../domain/instant.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { parameters, parseAssetRef } from '../data/query.ts';
import { clockAt } from '../prices/clock.ts';
import { flag, invalid, listFrom } from '../query.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
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
      description:
        `States: ${MAPPING_STATES.join(', ')}. All but \`ended\` by default. \`conflict\` includes active` +
        ' mappings that evidence contradicts: their evidence has contested_by.',
      example: 'proposed',
    }),
  conflict: flag().optional().openapi({
    type: 'string',
    description: '`true` returns mappings in conflict, `false` the other active ones.',
  }),
  flagged: flag().optional().openapi({
    type: 'string',
    description: '`true` returns mappings that later evidence doubts, such as prices that keep disagreeing.',
  }),
  asset: parameters.asset,
  symbol: parameters.symbol,
  ticker: parameters.ticker,
  source: parameters.source,
  external_id: parameters.external_id,
  ...listParameters(Mapping, 'source,external_id,asset,method'),
  decimals: parameters.decimals,
});
type MappingsQuery = z.output<typeof MappingsQuery>;

const SORT = 'mappings id desc';

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

export const mappings = listEndpoint({
  path: '/mappings',
  file: 'mappings',
  access: 'read',
  spec: {
    tags: ['Assets'],
    summary: 'Which listing is which asset, and how that is known; newest first',
    rows: 'Mappings.',
  },
  query: MappingsQuery,
  filters: FILTERS,
  item: Mapping,
  problems: ['unknown_asset'],
  sortName: () => SORT,
  read: readMappings,
  keyOf: ({ mapping }) => [mapping.id],
  show: ({ source, external_id, symbol, name, mapping }, decimals) => {
    const { id, ...rest } = mappingObject(mapping, decimals);
    return { id, source, external_id, symbol, name, ...rest };
  },
  sourcesOf: ({ source }) => [source],
});

async function readMappings(
  c: HttpContext,
  { asked, texts, walk, offset, limit }: PageRequest<MappingsQuery>,
): Promise<FoundPage<MappingRow>> {
  const deps = c.get('deps');
  const after = walk === null ? null : mappingAfter(walk.sort, walk.after);
  const found = await listMappings(deps.db, { filter: filterOf(asked, texts.at), limit, offset, after });
  const unknown = found[0]?.unknown_refs ?? null;
  if (unknown !== null) throw await unknownAsset(deps, unknown);
  return {
    rows: found.filter((row): row is MappingPageRow & MappingRow => row.mapping !== null),
    total: Number(found[0]?.total ?? 0),
    version: clockOf(c),
  };
}

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

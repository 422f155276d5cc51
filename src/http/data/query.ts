import type { AssetRef } from '../../db/identity/asset-ref.ts';
import { LATEST_SORTS } from '../../db/observations/latest.ts';
import { contractKey } from '../../domain/identity/chains.ts';
import { KINDS } from '../../domain/observation.ts';
import { SOURCE_IDS } from '../../sources/registry.ts';
import { choice, commaSeparated, flag, instantParam, listFrom, whole } from '../query.ts';
import * as z from '../zod.ts';
import { FIELD_NAMES } from './fields.ts';

export const LIMIT_DEFAULT = 100;
export const LIMIT_MAX = 1000;
export const OFFSET_MAX = 1_000_000;
const AGE_SECONDS_MAX = 100_000_000; // three years

export const FORMATS = ['json', 'csv', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];
export const SORTS = ['created_at', 'ingested_at', 'market_cap_usd', 'price_usd', 'volume_24h_usd'] as const;
export type Sort = (typeof SORTS)[number];

const described = <Schema extends z.ZodType>(schema: Schema, description: string, example?: string) =>
  schema.openapi({ type: 'string', description, ...(example === undefined ? {} : { example }) });

/**
 * Names, separated by commas. An encoded comma is part of a name, so tools must leave the list's own commas
 * unencoded.
 */
export const names = <Schema extends z.ZodType>(schema: Schema, description: string, example?: string) =>
  described(schema, description, example).openapi({ param: { allowReserved: true } });

const upperCase = (text: string) => text.toUpperCase();

/** Parameters that several routes share. */
export const parameters = {
  limit: whole(1, LIMIT_MAX)
    .optional()
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: LIMIT_MAX,
      description: `Rows a page, ${LIMIT_DEFAULT} when absent.`,
      example: 5,
    }),
  offset: whole(0, OFFSET_MAX).optional().openapi({
    type: 'integer',
    minimum: 0,
    maximum: OFFSET_MAX,
    description: 'Rows to skip. For long walks use cursor: it neither repeats nor misses rows.',
  }),
  cursor: described(
    z.string().optional(),
    'The next_cursor of the page before; alone or with the same filters.',
  ),
  count: described(
    choice(['exact']).optional(),
    '`exact` counts the matching rows when total would be null. Takes time on wide filters.',
  ),
  source: described(listFrom(SOURCE_IDS).optional(), `Sources: ${SOURCE_IDS.join(', ')}.`, SOURCE_IDS[0]),
  start_date: described(instantParam().optional(), 'From this instant on, by created_at.', '2025-01-10'),
  end_date: described(
    instantParam('end of day').optional(),
    'Before this instant, by created_at; a plain date includes its whole day.',
    '2025-01-11T00:00:00Z',
  ),
  format: described(
    choice(FORMATS).optional(),
    'Overrides Accept. CSV and NDJSON without limit stream every match as of one moment.',
  ),
  decimals: described(
    choice(['number', 'string']).optional(),
    '`string` gives the same digits as JSON strings, for parsers that would round numbers.',
  ),
  external_id: names(commaSeparated().optional(), 'Ids as the sources write them, exact.', 'btc-bitcoin'),
  symbol: names(
    commaSeparated(upperCase).optional(),
    'Symbols in any case, separated by commas; a percent-encoded comma is part of one. A symbol is a label that ' +
      'several coins may share.',
    'BTC,ETH',
  ),
  ticker: names(commaSeparated(upperCase).optional(), 'Another word for symbol.'),
  asset: names(
    commaSeparated().optional(),
    'Assets by our id, as `source:external_id` by what a source calls them, or as `chain:address` by a contract. With ' +
      'all their listings.',
    'btc-bitcoin',
  ),
};

export const DataQuery = z.object({
  symbol: parameters.symbol,
  ticker: parameters.ticker,
  asset: parameters.asset,
  source: parameters.source,
  external_id: parameters.external_id,
  kind: described(listFrom(KINDS).optional(), `Kinds: ${KINDS.join(', ')}.`, 'spot'),
  start_date: parameters.start_date,
  end_date: parameters.end_date,
  ingested_after: described(
    instantParam().optional(),
    'Rows this service came to know after this instant. Send meta.complete_through of the last complete answer.',
  ),
  history: described(flag().optional(), '`true` adds superseded revisions, with superseded_at.'),
  as_of: described(
    instantParam().optional(),
    'Only rows that this service knew at that instant. An instant after the newest load means that load. ' +
      'For market time use end_date.',
  ),
  latest: described(
    flag().optional(),
    '`true` gives the newest spot row per listing (csv only with source=csv), with what its page showed (rank, ' +
      'supply …), which is kept of the newest reading only and so is no part of an as_of.',
  ),
  max_age: whole(1, AGE_SECONDS_MAX).optional().openapi({
    type: 'integer',
    minimum: 1,
    maximum: AGE_SECONDS_MAX,
    description: 'With latest: no rows older than so many seconds, by created_at.',
  }),
  sort: described(
    choice(SORTS).optional(),
    'created_at (default) or ingested_at; with latest market_cap_usd (default), price_usd, volume_24h_usd or ' +
      'created_at (the only one with as_of). Unknown values come last.',
  ),
  order: described(choice(['asc', 'desc']).optional(), 'desc when absent.'),
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  count: parameters.count,
  fields: described(
    listFrom(FIELD_NAMES).optional(),
    'Members of the rows to give, in this order.',
    'ticker,price_usd,created_at',
  ),
  format: parameters.format,
  decimals: parameters.decimals,
});
export type DataQuery = z.output<typeof DataQuery>;

/** The parameters that select the rows and their order: a cursor belongs to them. */
export const DATA_FILTERS: readonly (keyof DataQuery)[] = [
  'symbol',
  'asset',
  'source',
  'external_id',
  'kind',
  'start_date',
  'end_date',
  'ingested_after',
  'history',
  'as_of',
  'latest',
  'max_age',
  'sort',
  'order',
];

/** The sorts of latest rows, by their API names. */
export const LATEST_SORT_NAMES: readonly string[] = LATEST_SORTS.map((sort) =>
  sort === 'observed_at' ? 'created_at' : sort,
);

/**
 * An asset in the form of callers: `source:external_id` if it begins with one of our sources, `chain:address` if it
 * begins with a chain that we list, otherwise an id.
 */
export function parseAssetRef(text: string): AssetRef {
  const colon = text.indexOf(':');
  const [source, value] = [text.slice(0, colon), text.slice(colon + 1)];
  const isListing = colon > 0 && value !== '' && (SOURCE_IDS as readonly string[]).includes(source);
  if (isListing) return { source, value };
  const contract = contractKey(source.toLowerCase(), value);
  return contract === null
    ? { source: null, value: text }
    : { source: contract.platform, value: contract.address };
}

import { FIGURES, PAGE_FACTS, recordOf, type ValueName, valueType } from '../domain/figures.ts';
import { CONVERTED, FLAGS, KINDS } from '../domain/observation.ts';
import { SOURCE_IDS } from '../sources/registry.ts';
import * as z from './zod.ts';

// Shapes of replies, for the OpenAPI document and for the tests that compare replies with it.

export const At = z.string().openapi({ format: 'date-time', example: '2025-01-10T10:00:00Z' });
export const Source = z.enum(SOURCE_IDS);
export const Flags = z.array(z.enum([...FLAGS, CONVERTED]));
export const Count = z.number().int().nonnegative();
/** A number literal in plain notation with all digits of the source; a string with `decimals=string`. */
export const Decimal = z
  .union([z.number(), z.string()])
  .nullable()
  .openapi({ type: ['number', 'string', 'null'], description: 'Exact; null is unknown.', example: 45000.5 });

const SHAPES = {
  decimal: Decimal,
  whole: Count.nullable(),
  text: z.string().nullable(),
  instant: At.nullable(),
};

/** The members of a reply for figures or page facts. */
export const shapeOf = <Name extends ValueName>(names: readonly Name[]) =>
  recordOf(names, (name): z.ZodType => SHAPES[valueType(name)]);

export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string().openapi({ example: 'invalid_request' }),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    candidates: z.array(z.string()).optional(),
  })
  .openapi('Problem', { description: 'RFC 9457.' });

export const Attribution = z
  .object({ source: Source, text: z.string(), url: z.string().nullable() })
  .openapi('Attribution');

export const Meta = z
  .object({
    request_id: z.string(),
    api_latency_ms: Count,
    answered_at: At.openapi({
      description:
        'When this was answered: what a cache on the way still gives later is as of then, and ages are those of then, ' +
        'unless the request names an instant or goes on with a walk, whose ages are those of its first page.',
    }),
    attribution: z.array(Attribution),
    warnings: z.array(z.string()).optional(),
  })
  .openapi('Meta');

export const Pagination = z
  .object({
    limit: Count,
    offset: Count.nullable(),
    returned: Count,
    total: Count.nullable(),
    next_cursor: z.string().nullable(),
    next: z.string().nullable().openapi({
      description: 'Path and query of the next page, relative to this request; also the Link header.',
      example: '/data?cursor=WyJvYnNlcnZlZF9hdCJd',
    }),
  })
  .openapi('Pagination');

export const Observation = z
  .object({
    id: z.string().openapi({ example: 'coinpaprika_btc-bitcoin_spot_1736503200000000_1' }),
    source: Source,
    ticker: z.string().nullable().openapi({ example: 'BTC' }),
    name: z.string().nullable().openapi({ example: 'Bitcoin' }),
    asset: z.string().nullable().openapi({ description: 'Our id of the coin; null until resolved.' }),
    external_id: z.string().openapi({ example: 'btc-bitcoin' }),
    kind: z.enum(KINDS),
    ...shapeOf(FIGURES),
    created_at: At,
    ingested_at: At,
    flags: Flags,
    superseded_at: At.nullable().optional(),
  })
  .openapi('Observation');

/** A row of /data: the newest rows also have page facts. */
export const DataRow = Observation.extend(
  recordOf(PAGE_FACTS, (fact) => shapeOf([fact])[fact].optional()),
).openapi('DataRow');

export const Candidate = z
  .object({
    asset: z.string().openapi({ example: 'btc-bitcoin', description: 'The value to send as `asset`.' }),
    symbol: z.string().nullable(),
    name: z.string().nullable(),
    rank: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'The rank of the coin, by the first source that states one.' }),
    market_cap_usd: Decimal,
  })
  .openapi('AssetCandidate');
/** `meta.ambiguous`, for the document. */
export const Ambiguous = z
  .array(Candidate)
  .optional()
  .openapi({ description: 'The assets that share a symbol of the filter, if there are several, by rank.' });

export const MarketTotals = z
  .object({
    source: Source,
    market_cap_usd: Decimal,
    volume_24h_usd: Decimal,
    bitcoin_dominance_percent: Decimal,
    market_cap_change_24h_percent: Decimal,
    assets_count: Count.nullable(),
    created_at: At,
    ingested_at: At,
    flags: Flags,
  })
  .openapi('MarketTotals');

/** `{ data, pagination, meta }` */
export const listReply = (item: z.ZodType, moreMeta: z.ZodRawShape = {}) =>
  z.object({ data: z.array(item), pagination: Pagination, meta: Meta.extend(moreMeta) });
/** `{ data, meta }` */
export const itemReply = (item: z.ZodType) => z.object({ data: item, meta: Meta });

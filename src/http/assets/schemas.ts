import { DECISION_ACTIONS } from '../../db/identity/decisions.ts';
import { EXCLUSIONS } from '../../db/observations/divergence.ts';
import { PAGE_FACTS, SPOT_FIGURES } from '../../domain/figures.ts';
import { MAPPING_STATES, METHODS } from '../../domain/identity/evidence.ts';
import { KINDS } from '../../domain/observation.ts';
import { At, Count, Decimal, Flags, Source, shapeOf } from '../schemas.ts';
import * as z from '../zod.ts';

export const ASSET_STATUSES = ['active', 'inactive'] as const;

// Shapes of replies about assets, for the OpenAPI document.

const AssetId = z.string().openapi({ example: 'btc-bitcoin', description: 'Our id of the coin.' });
const Label = z.string().nullable();

export const Asset = z
  .object({
    asset: AssetId,
    symbol: Label,
    name: Label,
    ...shapeOf([...SPOT_FIGURES, ...PAGE_FACTS]),
    created_at: At.nullable().openapi({ description: 'The instant of the values; null without any.' }),
    age_seconds: Count.nullable(),
    stale: z.boolean().nullable().openapi({ description: 'Not on time: see /prices.' }),
    source: Source.nullable().openapi({ description: 'The source of the values; never a mix.' }),
    external_id: z.string().nullable(),
    observation_id: z.string().nullable(),
    flags: Flags,
    listings_count: Count,
    kind: z.enum(KINDS).nullable().openapi({ description: 'The price of a bar is its close.' }),
    status: z.enum(ASSET_STATUSES).openapi({
      description:
        '`inactive` if each of its listings is gone from the complete lists of its source, or had no ' +
        'data for seven days.',
    }),
    last_seen_at: At.nullable().openapi({ description: 'When a source last sent it; null for files.' }),
  })
  .openapi('Asset');

export const Decision = z
  .object({
    id: z.number().int(),
    action: z.enum(DECISION_ACTIONS),
    asset: AssetId,
    who: z.string(),
    why: z.string(),
    decided_at: At,
    undone_at: At.nullable()
      .optional()
      .openapi({ description: 'When it was undone; null while it applies.' }),
    undone_by: z.string().nullable().optional(),
    undone_why: z.string().nullable().optional(),
  })
  .openapi('Decision');

const MAPPING = {
  id: z.number().int(),
  asset: AssetId,
  method: z.enum(METHODS),
  confidence: Decimal,
  evidence: z.record(z.string(), z.unknown()),
  state: z.enum(MAPPING_STATES),
  flagged_at: At.nullable(),
  flag_reason: z.string().nullable(),
  valid_from: At,
  valid_to: At.nullable(),
  decisions: z.array(Decision),
  prices: z
    .array(
      z.object({
        source: Source,
        external_id: z.string(),
        is_mapped: z.boolean(),
        price_usd: Decimal,
        created_at: At,
      }),
    )
    .openapi({
      description:
        'For a proposal or a conflict: the newest price of the listing (is_mapped) beside those of ' +
        'the asset.',
    }),
};

const LISTING = { source: Source, external_id: z.string(), symbol: Label, name: Label };

const { id, ...MAPPED } = MAPPING;
export const Mapping = z.object({ id, ...LISTING, ...MAPPED }).openapi('Mapping');

export const AssetDetail = Asset.extend({
  contracts: z.array(z.object({ chain: z.string(), address: z.string(), sources: z.array(Source) })),
  ids: z.record(z.string(), z.string()).openapi({
    description: 'Its current id at each source.',
    example: { coingecko: 'bitcoin', coinpaprika: 'btc-bitcoin' },
  }),
  listings: z.array(z.object({ ...LISTING, first_ingested_at: At, mapping: z.object(MAPPING).nullable() })),
  coverage: z.array(
    z.object({
      source: Source,
      kind: z.enum(KINDS),
      period: z.string().nullable().openapi({ example: '1d', description: 'For bars; null if unknown.' }),
      first: At,
      last: At,
      rows: Count,
      known_since: At,
    }),
  ),
}).openapi('AssetDetail');

export const Divergence = z
  .object({
    asset: AssetId,
    symbol: Label,
    name: Label,
    market_cap_usd: Decimal,
    spread_bps: Decimal,
    median_price_usd: Decimal,
    gap_seconds: z.number().nullable().openapi({ description: 'Oldest to newest of the compared prices.' }),
    compared: Count.openapi({ description: 'How many prices are compared: the inputs of the median.' }),
    outlier: Source.nullable().openapi({
      description: 'The source furthest from the median, of three or more; with two sources there is none.',
    }),
    readings: z.array(
      z.object({
        source: Source,
        external_id: z.string(),
        price_usd: Decimal,
        deviation_bps: Decimal,
        created_at: At,
        age_seconds: Count,
        gap_seconds: z.number().nullable().openapi({ description: 'Behind the newest compared price.' }),
        excluded: z
          .enum(EXCLUSIONS)
          .nullable()
          .openapi({
            description:
              'Why it is not compared: its source calls it stale, it is older than max_age, or it is more ' +
              'than max_gap older than the newest.',
          }),
        observation_id: z.string(),
      }),
    ),
  })
  .openapi('Divergence');

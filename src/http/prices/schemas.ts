import { recordOf, SPOT_FIGURES } from '../../domain/figures.ts';
import { KINDS } from '../../domain/observation.ts';
import { OUTCOMES } from '../../domain/price-at.ts';
import { At, Candidate, Count, Decimal, Flags, Source, shapeOf } from '../schemas.ts';
import * as z from '../zod.ts';

// Shapes of the replies of /prices, for the OpenAPI document.

const OUTCOME_TEXTS: Record<(typeof OUTCOMES)[number], string> = {
  takes_no_part: 'its last row has no price above zero, or is a bar of unknown period',
  anomaly: 'flagged as an anomaly while another series is on time',
  older_than_finer: 'step 1: older than the value of a finer series',
  late: 'step 2: not on time while another is',
  coarser: 'step 2: its beat is more than twice the finest',
  kept: 'step 2: kept, behind the one that answers',
  older: 'step 3: none is on time, and another is newer',
  answers: 'the one that answers',
};
const OUTCOMES_TEXT = Object.entries(recordOf(OUTCOMES, (outcome) => OUTCOME_TEXTS[outcome]))
  .map(([outcome, text]) => `\`${outcome}\`: ${text}`)
  .join('; ');

const PriceSeries = z.object({
  source: Source,
  external_id: z.string(),
  kind: z.enum(KINDS),
  price_usd: Decimal,
  created_at: At,
  age_seconds: Count,
  beat_seconds: Count.nullable().openapi({
    description:
      'How far apart its rows are planned or spaced; a file never counts as finer than what is polled.',
  }),
  on_time: z.boolean().openapi({ description: 'At most three beats old, and at most two days.' }),
  outcome: z.enum(OUTCOMES).openapi({ description: `${OUTCOMES_TEXT}.` }),
  flags: Flags,
  observation_id: z.string(),
});

const Explanation = z.object({
  step: z
    .number()
    .int()
    .nullable()
    .openapi({ description: 'The step that decided, 1 to 3; null when no series takes part.' }),
  series: z.array(PriceSeries),
});
const explain = Explanation.optional().openapi({ description: 'With explain=true.' });

const converted = Decimal.optional().openapi({
  description:
    'With quote: the figure in US dollars × units_per_btc / usd_per_btc of the rate, rounded once, half away from zero, ' +
    'to twelve significant digits.',
});

const QUOTED = {
  quote: z.string().optional().openapi({ description: 'With quote: the currency.', example: 'eur' }),
  price: converted,
  market_cap: converted,
  volume_24h: converted,
  rate_id: z.string().optional().openapi({
    description: 'With quote: the rate that converted the row; see /rates/{id}/proof.',
    example: 'coingecko_eur_rate_1736503200000000_1',
  }),
  rate_created_at: At.optional().openapi({ description: 'With quote: the instant of the rate.' }),
  rate_stale: z.boolean().optional().openapi({ description: 'With quote: the rate is not on time.' }),
};
export const QUOTED_NAMES: readonly string[] = Object.keys(QUOTED);

export const Price = z
  .object({
    input: z.string(),
    asset: z.string().nullable(),
    symbol: z.string().nullable(),
    name: z.string().nullable(),
    external_id: z.string(),
    ...shapeOf(SPOT_FIGURES),
    created_at: At,
    age_seconds: Count.openapi({
      description: 'Of created_at, at the instant asked about: `at`, or else meta.answered_at.',
    }),
    source: Source,
    stale: z.boolean().openapi({
      description: 'No series is on time, or, of a converted row, the rate is not.',
    }),
    spread_bps: Decimal,
    observation_id: z.string(),
    kind: z.enum(KINDS).openapi({ description: 'Of a bar the price is its close, and created_at its end.' }),
    flags: Flags,
    ...QUOTED,
    explain,
  })
  .openapi('Price');

export const MissingPrice = z
  .object({
    input: z.string(),
    code: z.enum(['unknown', 'ambiguous', 'no_price', 'no_rate']),
    message: z.string().openapi({ description: 'Why, and what to ask instead.' }),
    candidates: z.array(
      Candidate.extend({
        call: z.string().openapi({
          description: 'The request that returns its price.',
          example: '/prices?asset=btc-bitcoin',
        }),
      }),
    ),
    explain,
  })
  .openapi('MissingPrice');

export const MissingPoint = MissingPrice.extend({
  index: Count.openapi({ description: 'Of the point, from 0.' }),
}).openapi('MissingPoint');

import { At, Count, Decimal, Flags, Source } from '../schemas.ts';
import * as z from '../zod.ts';

export const Rate = z
  .object({
    currency: z.string().openapi({ description: "The source's code for it, in lower case.", example: 'eur' }),
    name: z.string().nullable().openapi({ example: 'Euro' }),
    usd_per_unit: Decimal.openapi({
      description:
        'usd_per_btc / units_per_btc, computed exactly and rounded half away from zero to eighteen significant digits.',
      example: 1.16243279245,
    }),
    units_per_btc: Decimal.openapi({
      description: 'The price of a bitcoin in this currency, with the digits of the source.',
    }),
    usd_per_btc: Decimal.openapi({
      description: 'The price of a bitcoin in US dollars, from the same reply.',
    }),
    created_at: At.openapi({ description: 'When these bytes were first fetched: the source sends no time.' }),
    ingested_at: At,
    age_seconds: Count,
    source: Source,
    stale: z.boolean().openapi({ description: 'Whether it is more than three beats of its reply old.' }),
    rate_id: z.string().openapi({ example: 'coingecko_eur_rate_1736503200000000_1' }),
    flags: Flags,
  })
  .openapi('Rate');

import { type Instant, instantFromUnix, microsOf, parseInstant } from '../../domain/instant.ts';
import { isStorable } from '../../domain/text.ts';
import { SOURCE_IDS } from '../../sources/registry.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { AsOf } from '../data/as-of.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { readJsonBody } from '../json-body.ts';
import { INSTANT_FORMS, invalid, readQuery } from '../query.ts';
import { ok, problems } from '../responses.ts';
import { Meta } from '../schemas.ts';
import { formatOf, VARY } from '../tables/format.ts';
import * as z from '../zod.ts';
import { answerPoints, type NamedPoint } from './answer.ts';
import { earlier } from './clock.ts';
import { AGE_SECONDS_MAX, assetPoint, labelPoint, RULE } from './list.ts';
import { QUOTE_DESCRIPTION, QuoteText, rateCurrency } from './quote.ts';
import { MissingPoint, Price } from './schemas.ts';
import { priceParameters, pricesReply } from './table.ts';

const POINTS_MAX = 1_000;
/** The largest body: this many points with the longest names and an instant. */
const BODY_BYTES_MAX = 500_000;
const NAME_CHARS_MAX = 300;

const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(NAME_CHARS_MAX, `may have ${NAME_CHARS_MAX} characters`)
  .refine(isStorable, 'must not hold a NUL or half a character')
  .optional();

const instant = z.union([z.string(), z.number()]).transform((given, context): Instant => {
  const text = String(given);
  const parsed = parseInstant(text) ?? instantFromUnix(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: INSTANT_FORMS });
  return z.NEVER;
});
const instantIn = (description: string) =>
  instant.optional().openapi({ type: 'string', format: 'date-time', description });

const Point = z
  .strictObject({
    asset: name.openapi({ description: 'Our id, or `source:external_id`.', example: 'btc-bitcoin' }),
    symbol: name.openapi({ description: 'Instead of asset.' }),
    at: instantIn('The last value at or before this instant; now when absent.'),
  })
  .refine(({ asset, symbol }) => (asset === undefined) !== (symbol === undefined), {
    message: 'needs asset or symbol, one of the two',
  });

const EXAMPLE = { points: [{ asset: 'btc-bitcoin', at: '2025-01-10T10:00:00Z' }] };

const PointsBody = z
  .strictObject({
    points: z.array(Point).min(1, 'needs a point').max(POINTS_MAX, `takes at most ${POINTS_MAX} points`),
    max_age: z.number().int().min(1).max(AGE_SECONDS_MAX).optional().openapi({
      description: 'No value older than so many seconds before its point.',
    }),
    source: z
      .union([z.enum(SOURCE_IDS), z.array(z.enum(SOURCE_IDS)).min(1)])
      .optional()
      .openapi({ description: 'A source, or a list of them.' }),
    as_of: instantIn('Only rows that this service knew at that instant.'),
    quote: QuoteText.optional().openapi({ type: 'string', description: QUOTE_DESCRIPTION, example: 'eur' }),
  })
  .openapi({ example: EXAMPLE });
type PointsBody = z.output<typeof PointsBody>;

const PointsQuery = z.object({ ...priceParameters, decimals: parameters.decimals });

export const pricesQuery: Endpoint = {
  method: 'post',
  path: '/prices/query',
  access: 'read',
  is_read: true,
  spec: {
    tags: ['Data'],
    summary: 'The last prices at many points, each an asset and an instant',
    description:
      `Up to ${POINTS_MAX} points in one round trip: the rows of /prices, in the order of the points that have a price, ` +
      `and the others in \`missing\` by their index. ${RULE}`,
    request: {
      query: PointsQuery,
      body: { required: true, content: { 'application/json': { schema: PointsBody } } },
    },
    responses: {
      ...ok(
        z.object({
          data: z.array(Price),
          missing: z.array(MissingPoint),
          meta: Meta.extend({ as_of: AsOf }),
        }),
        'Prices.',
        { exports: true },
      ),
      ...problems('invalid_request', 'payload_too_large', 'beyond_retention'),
    },
  },
  handle: postPricesQuery,
};

async function postPricesQuery(c: HttpContext): Promise<Response> {
  const { fields, decimals, ...shown } = readQuery(c, PointsQuery);
  const asked = await readJsonBody(c, PointsBody, JSON.stringify(EXAMPLE), BODY_BYTES_MAX);
  const clock = clockOf(c);
  const { source } = asked;
  const as_of = asked.as_of ?? null;
  const filter = {
    sources: source === undefined ? null : [source].flat(),
    max_age_seconds: asked.max_age ?? null,
    as_of,
    explain: false,
    quote: rateCurrency(asked.quote),
  };
  const points = pointsOf(asked, earlier(clock, as_of), clock);
  const { answers, facts } = await answerPoints(c, points, filter, null);
  const view = {
    format: formatOf(c, shown.format),
    fields,
    decimals,
    explain: false,
    quote: filter.quote,
    callOf,
  };
  return pricesReply(c, answers, { facts, is_indexed: true }, view, VARY);
}

const callOf = (asset: string, { point: { at } }: NamedPoint): string =>
  `/prices?${new URLSearchParams({ asset, at })}`;

function pointsOf({ points }: PointsBody, now: Instant, clock: Instant): NamedPoint[] {
  const late = points.flatMap(({ at }, index) =>
    at !== undefined && microsOf(at) > microsOf(clock)
      ? [{ path: `points.${index}.at`, message: 'lies in the future; nothing is known of then' }]
      : [],
  );
  if (late.length > 0) throw invalid(late.slice(0, 10));
  return points.map(({ asset, symbol, at = now }) =>
    asset === undefined ? labelPoint('symbol', (symbol ?? '').toUpperCase(), at) : assetPoint(asset, at),
  );
}

import type { AssetRef } from '../../db/identity/asset-ref.ts';
import type { PricePoint } from '../../db/prices/list.ts';
import { CHAINS } from '../../domain/identity/chains.ts';
import { type Instant, microsOf } from '../../domain/instant.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';
import { cacheHeaders, type Freshness, isUnchanged, notModified, seenVersion } from '../caching.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { AsOf } from '../data/as-of.ts';
import { parameters, parseAssetRef } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { flag, instantParam, invalid, queryTexts, readQuery, whole } from '../query.ts';
import { ok, problems } from '../responses.ts';
import { Meta } from '../schemas.ts';
import { formatOf, VARY } from '../tables/format.ts';
import * as z from '../zod.ts';
import { answerPoints, type NamedPoint } from './answer.ts';
import { earlier } from './clock.ts';
import { QUOTE_DESCRIPTION, QuoteText, rateCurrency } from './quote.ts';
import { MissingPrice, Price } from './schemas.ts';
import { priceParameters, pricesReply } from './table.ts';

export const AGE_SECONDS_MAX = 1_000_000_000;
const INPUTS_MAX = 100;

const PricesQuery = z.object({
  asset: parameters.asset,
  symbol: parameters.symbol,
  ticker: parameters.ticker,
  external_id: parameters.external_id,
  source: parameters.source,
  at: instantParam().optional().openapi({
    type: 'string',
    description: 'The last value at or before this instant; now when absent.',
  }),
  as_of: instantParam()
    .optional()
    .openapi({
      type: 'string',
      description:
        'Only rows that this service knew at that instant; `at` is then the same unless given. ' +
        'An instant after the newest load means that load.',
    }),
  max_age: whole(1, AGE_SECONDS_MAX).optional().openapi({
    type: 'integer',
    description: 'No value older than so many seconds before `at`.',
    example: 3600,
  }),
  quote: QuoteText.optional().openapi({ type: 'string', description: QUOTE_DESCRIPTION, example: 'eur' }),
  explain: flag().optional().openapi({
    type: 'string',
    description: '`true` shows each series, its beat, whether it is on time, and which step decided.',
  }),
  ...priceParameters,
  decimals: parameters.decimals,
});
type PricesQuery = z.output<typeof PricesQuery>;

export const RULE =
  'One series answers, never an average. A series is one listing and kind, with its last row at or before the instant, ' +
  'and is on time while that is at most three of its beats old, and two days. (1) One whose value is older than that ' +
  'of a finer one (beat less than half) is out. (2) Of those on time the ones whose beat is at most twice the finest ' +
  `are kept, and the first in the order ${ANSWER_ORDER.join(', ')} answers. (3) When none is on time the newest ` +
  'answers, and is `stale`. A value flagged `anomaly` answers only when no other is on time. spread_bps is the ' +
  'difference between the highest and the lowest of the values kept in (2), in hundredths of a percent of the lowest.';

export const prices: Endpoint = {
  method: 'get',
  path: '/prices',
  access: 'read',
  depends_on: 'tape',
  spec: {
    tags: ['Data'],
    summary: 'The last price of each asset at or before an instant',
    description:
      `${RULE} A symbol is not an identity: when several assets go by it, the input is \`ambiguous\` and the first ` +
      'ten candidates, by the rank of the coin, say what to ask for.',
    request: { query: PricesQuery },
    responses: {
      ...ok(
        z.object({
          data: z.array(Price),
          missing: z.array(MissingPrice),
          meta: Meta.extend({ as_of: AsOf }),
        }),
        'Prices.',
        {
          cached: true,
          exports: true,
        },
      ),
      ...problems('invalid_request', 'beyond_retention'),
    },
  },
  handle: getPrices,
};

async function getPrices(c: HttpContext): Promise<Response> {
  const asked = readQuery(c, PricesQuery);
  const clock = clockOf(c);
  const as_of = asked.as_of ?? null;
  const at = asked.at ?? earlier(clock, as_of);
  const points = pointsOf(asked, at);
  if (microsOf(at) > microsOf(clock))
    throw invalid([{ path: 'at', message: 'lies in the future; nothing is known of then' }]);
  const { fields, decimals, explain = false } = asked;
  const format = formatOf(c, asked.format);
  const freshness: Freshness = { access: 'read', ticking: at === clock, format };
  const seen = seenVersion(c, freshness);
  const filter = {
    sources: asked.source ?? null,
    max_age_seconds: asked.max_age ?? null,
    as_of,
    explain,
    // Replies with ages soon get another tag, and rates are loaded separately.
    is_tagged: !freshness.ticking && asked.quote === undefined,
    quote: rateCurrency(asked.quote),
  };
  const { current, answers, turns_at, facts } = await answerPoints(c, points, filter, seen);
  const version = current ?? clock;
  const final = as_of !== null && !freshness.ticking && microsOf(as_of) <= microsOf(version);
  const headers = {
    ...cacheHeaders(c, version, { ...freshness, final, ...(freshness.ticking ? { turns_at } : {}) }),
    ...VARY,
  };
  if (isUnchanged(seen, version)) return notModified(headers);
  const { quote } = filter;
  const view = { format, fields, decimals, explain, quote, callOf: (asset: string) => callOf(c, asset) };
  return pricesReply(c, answers, { facts, is_indexed: false }, view, headers);
}

const NAMES = ['asset', 'symbol', 'ticker', 'external_id'] as const;

/** The same request for this asset. */
function callOf(c: HttpContext, asset: string): string {
  const texts = Object.entries(queryTexts(c, Object.keys(PricesQuery.shape)));
  const others = texts.filter(([name]) => !NAMES.some((own) => own === name));
  return `/prices?${new URLSearchParams([['asset', asset], ...others])}`;
}

/** The point that a text names as `asset`. */
export function assetPoint(text: string, at: Instant): NamedPoint {
  const ref = parseAssetRef(text);
  return { text, point: { type: typeOf(ref), ...ref, at } };
}

function typeOf({ source }: AssetRef): PricePoint['type'] {
  if (source === null) return 'asset';
  return CHAINS.includes(source) ? 'contract' : 'listing';
}

/** The point that a text names by a label of its listings. */
export const labelPoint = (
  type: Extract<PricePoint['type'], 'external_id' | 'symbol'>,
  text: string,
  at: Instant,
): NamedPoint => ({ text, point: { type, source: null, value: text, at } });

function pointsOf(asked: PricesQuery, at: Instant): NamedPoint[] {
  const symbols = new Set([...(asked.symbol ?? []), ...(asked.ticker ?? [])]);
  const points = [
    ...(asked.asset ?? []).map((text) => assetPoint(text, at)),
    ...(asked.external_id ?? []).map((text) => labelPoint('external_id', text, at)),
    ...[...symbols].map((text) => labelPoint('symbol', text, at)),
  ];
  if (points.length === 0)
    throw invalid([{ path: 'asset', message: 'or symbol or external_id is needed: say whose price' }]);
  if (points.length > INPUTS_MAX)
    throw invalid([
      { path: 'asset', message: `, symbol and external_id take ${INPUTS_MAX} values together` },
    ]);
  return points;
}

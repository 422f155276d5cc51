import {
  listPrices,
  type PriceInput,
  type PriceRow,
  SPREAD_GAP_SECONDS,
} from '../../db/observations/prices.ts';
import { SPOT_FIGURES } from '../../domain/figures.ts';
import { type Instant, instantOfDate, microsOf } from '../../domain/instant.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';
import { candidateObject } from '../assets/candidate-object.ts';
import { cacheHeaders, type Freshness, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { AsOf, asOfFacts } from '../data/as-of.ts';
import { demandKept, horizonOf } from '../data/beyond-retention.ts';
import { parameters, parseAssetRef } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { jsonDecimal, valueMembers } from '../json.ts';
import { instantParam, invalid, readQuery, whole } from '../query.ts';
import { json, type MetaFacts, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { Meta, MissingPrice, Price } from '../schemas.ts';
import * as z from '../zod.ts';
import { choosePrice, type PriceAnswer } from './choose.ts';
import { clockAt } from './clock.ts';

const AGE_SECONDS_MAX = 1_000_000_000;
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
        'What this service knew at that instant; `at` is then the same unless given. A later one than the newest ' +
        'load is answered at that.',
    }),
  max_age: whole(1, AGE_SECONDS_MAX).optional().openapi({
    type: 'integer',
    description: 'No value older than so many seconds before `at`.',
    example: 3600,
  }),
  decimals: parameters.decimals,
});
type PricesQuery = z.output<typeof PricesQuery>;

export const prices: Endpoint = {
  method: 'get',
  path: '/prices',
  access: 'read',
  spec: {
    tags: ['Data'],
    summary: 'The last price of each asset at or before an instant',
    description:
      'One source answers, never an average: fresh before stale, then ' +
      `${ANSWER_ORDER.join(', ')}. A symbol is not an identity: when several assets go by it, the input is ` +
      '`ambiguous` and the candidates, the largest ten by market cap, say what to ask for. spread_bps is the ' +
      'difference between the highest and the lowest fresh price of its sources, in hundredths of a percent of ' +
      `the lowest, of prices within ${SPREAD_GAP_SECONDS} seconds of the one that answers.`,
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
        },
      ),
      ...problems('invalid_request', 'beyond_retention'),
    },
  },
  handle: getPrices,
};

async function getPrices(c: HttpContext): Promise<Response> {
  const asked = readQuery(c, PricesQuery);
  const { db, settings, now } = c.get('deps');
  const clock = instantOfDate(now());
  const inputs = inputsOf(asked);
  if (asked.at !== undefined && microsOf(asked.at) > microsOf(clock))
    throw invalid([{ path: 'at', message: 'lies in the future; nothing is known of then' }]);
  const as_of = asked.as_of ?? null;
  const at = asked.at ?? earlier(clock, as_of);
  const freshness: Freshness = { access: 'read', ticking: at === clock };
  const seen = seenVersion(c, freshness);
  const rows = await listPrices(db, {
    inputs: inputs.map(({ input }) => input),
    sources: asked.source ?? null,
    ...clockAt(settings, at),
    as_of,
    max_age_seconds: asked.max_age ?? null,
    seen,
  });
  const [first] = rows;
  const current = first?.current_version ?? clock;
  if (first !== undefined)
    demandKept(
      'as_of',
      as_of,
      horizonOf({ sources: asked.source ?? null, kinds: ['spot'], observed_from: null }, first),
    );
  const final = as_of !== null && !freshness.ticking && microsOf(as_of) <= microsOf(current);
  const headers = cacheHeaders(c, current, { ...freshness, final });
  if (isUnchanged(seen, current)) return notModified(headers);
  const priced = rows.filter((row) => row.position !== null);
  const answers = inputs.map(({ text }, i) => {
    const found = priced.filter((row) => Number(row.position) === i + 1);
    return { text, answer: choosePrice(found) };
  });
  const facts = asOfFacts(as_of, first?.version ?? clock, first?.late ?? null);
  return json(reply(c, answers, asked.decimals, facts), headers);
}

const earlier = (clock: Instant, as_of: Instant | null): Instant =>
  as_of !== null && microsOf(as_of) < microsOf(clock) ? as_of : clock;

interface NamedInput {
  /** As the caller wrote it. */
  text: string;
  input: PriceInput;
}

function inputsOf(asked: PricesQuery): NamedInput[] {
  const plain = (type: 'external_id' | 'symbol', texts: string[] = []): NamedInput[] =>
    texts.map((text) => ({ text, input: { type, source: null, value: text } }));
  const inputs: NamedInput[] = [
    ...(asked.asset ?? []).map((text) => {
      const ref = parseAssetRef(text);
      return {
        text,
        input: { type: ref.source === null ? ('asset' as const) : ('listing' as const), ...ref },
      };
    }),
    ...plain('external_id', asked.external_id),
    ...plain('symbol', [...new Set([...(asked.symbol ?? []), ...(asked.ticker ?? [])])]),
  ];
  if (inputs.length === 0)
    throw invalid([{ path: 'asset', message: 'or symbol or external_id is needed: say whose price' }]);
  if (inputs.length > INPUTS_MAX)
    throw invalid([
      { path: 'asset', message: `, symbol and external_id take ${INPUTS_MAX} values together` },
    ]);
  return inputs;
}

type Decimals = 'number' | 'string' | undefined;
type NamedAnswer = { text: string; answer: PriceAnswer };

function reply(c: HttpContext, answers: NamedAnswer[], decimals: Decimals, facts: MetaFacts) {
  const data = answers.flatMap(({ text, answer }) =>
    'price' in answer ? [priceObject(text, answer.price, decimals)] : [],
  );
  const missing = answers.flatMap(({ text, answer }) =>
    'missing' in answer ? [missingObject(text, answer, decimals)] : [],
  );
  return { data, missing, meta: meta(c, { sources: data.map(({ source }) => source), ...facts }) };
}

function priceObject(
  text: string,
  row: PriceRow & { observed_at: Instant; revision: number },
  decimals: Decimals,
) {
  return {
    input: text,
    asset: row.asset_id,
    symbol: row.symbol,
    name: row.name,
    external_id: row.external_id,
    ...valueMembers(row, SPOT_FIGURES, decimals),
    created_at: row.observed_at,
    age_seconds: Number(row.age_seconds),
    source: row.source,
    stale: row.fresh !== true,
    spread_bps: jsonDecimal(row.spread_bps, decimals),
    observation_id: formatObservationId({ ...row, kind: 'spot' }),
  };
}

function missingObject(
  text: string,
  { missing, candidates }: Extract<PriceAnswer, { missing: string }>,
  decimals: Decimals,
) {
  return {
    input: text,
    code: missing,
    candidates: candidates.map((row) => candidateObject(row, decimals)),
  };
}

import { pricedRows } from '../../db/prices/answers.ts';
import { listPrices, type PricePoint } from '../../db/prices/list.ts';
import type { PriceRow, PriceSeries } from '../../db/prices/price-rows.ts';
import { ratesAt } from '../../db/rates/list.ts';
import type { RateRow } from '../../db/rates/reading.ts';
import { SPOT_FIGURES } from '../../domain/figures.ts';
import { earliestOf, type Instant, instantAfter, microsOf } from '../../domain/instant.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import { priceAt } from '../../domain/price-at.ts';
import { rateTurnsAt } from '../../domain/rate.ts';
import { ANSWER_ORDER, FILES_ID } from '../../sources/registry.ts';
import { candidateObject } from '../assets/candidate-object.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { asOfFacts } from '../data/as-of.ts';
import { demandKept, horizonOf } from '../data/beyond-retention.ts';
import { jsonDecimal, valueMembers } from '../json.ts';
import type { MetaFacts } from '../reply.ts';
import { choosePrice, type PriceAnswer, type PricedRow } from './choose.ts';
import { clockAt } from './clock.ts';
import { convertedMembers, type PointRate, ratesOfPoints } from './quote.ts';

/** A point as requested. */
export interface NamedPoint {
  /** The caller's name for it. */
  text: string;
  point: PricePoint;
}

/** The facts that apply to all points of a request. */
export interface PriceFilter {
  sources: string[] | null;
  max_age_seconds: number | null;
  as_of: Instant | null;
  explain: boolean;
  /** Whether the answer is cached by a tag. */
  is_tagged?: boolean;
  /** The currency to convert to; absent, the currency of the tape. */
  quote?: string | null;
}

export interface AnsweredPoint extends NamedPoint {
  answer: PriceAnswer;
  /** The rate that converts the answer; null for no conversion. */
  rate: RateRow | null;
}

export interface PriceAnswers {
  /** The newest version of the tape. */
  current: Instant | null;
  answers: AnsweredPoint[];
  /** The last instant at which the clock alone does not change answers about now. */
  turns_at: Instant | null;
  /** The members about as_of in the reply. */
  facts: MetaFacts;
}

/** Answers points, in one round trip. Throws `beyond_retention`. */
export async function answerPoints(
  c: HttpContext,
  points: NamedPoint[],
  filter: PriceFilter,
  seen: Instant | null,
): Promise<PriceAnswers> {
  const { db } = c.get('deps');
  const { as_of, sources, quote = null, max_age_seconds } = filter;
  const asked = points.map(({ point }) => point);
  const request = { points: asked, clock: clockAt(clockOf(c)), ...filter, seen };
  const found_prices = listPrices(db, request);
  const at = asked.map((point) => point.at);
  const [rows, rates] =
    quote === null
      ? [await found_prices, null]
      : await db
          .batch([found_prices, ratesAt(db, { currency: quote, moments: at, as_of })])
          .then(
            ([found, found_rates]) =>
              [found, ratesOfPoints(quote, found_rates, { at, max_age_seconds })] as const,
          );
  const [first] = rows;
  if (first !== undefined)
    demandKept('as_of', as_of, horizonOf({ sources, kinds: ['spot'], observed_from: null }, first));
  const priced = pricedRows(rows, request).filter((row) => row.position !== null);
  const found = Map.groupBy(priced, ({ position }) => Number(position));
  const answers = points.map((point, i) => ({
    ...point,
    ...converting(choosePrice(found.get(i + 1) ?? []), rates?.[i]),
  }));
  return {
    current: first?.current_version ?? null,
    answers,
    turns_at: earliestOf(answers.flatMap((one) => turnsOf(one, max_age_seconds))),
    facts: first === undefined ? {} : asOfFacts(as_of, first.version, first.late),
  };
}

/** When the answer of a point turns: a series or the rate is then late, or older than allowed. */
function turnsOf({ answer, rate, point }: AnsweredPoint, max_age_seconds: number | null): (Instant | null)[] {
  const row = 'price' in answer ? answer.price : answer.match;
  if (row === null || row.observed_at === null) return [];
  const old = [row, rate].map((value) =>
    value === null || max_age_seconds === null
      ? null
      : instantAfter(value.observed_at ?? point.at, max_age_seconds),
  );
  return [row.turns_at, rate && rateTurnsAt(rate, point.at), ...old];
}

/** A price that cannot be converted as requested is missing: a price in US dollars was not requested. */
function converting(
  answer: PriceAnswer,
  rate: PointRate | undefined,
): Pick<AnsweredPoint, 'answer' | 'rate'> {
  if (rate === undefined || !('price' in answer)) return { answer, rate: null };
  if (rate !== 'none') return { answer, rate };
  return { answer: { missing: 'no_rate', candidates: [], match: answer.price }, rate: null };
}

type Decimals = 'number' | 'string';

export const priceObject = (
  { text, point, rate }: Pick<AnsweredPoint, 'text' | 'point' | 'rate'>,
  row: PricedRow,
  decimals: Decimals,
) => ({
  input: text,
  asset: row.asset_id,
  symbol: row.symbol,
  name: row.name,
  external_id: row.external_id,
  ...valueMembers(row, SPOT_FIGURES, decimals),
  created_at: row.observed_at,
  age_seconds: Number(row.age_seconds),
  source: row.source,
  stale: !row.on_time,
  spread_bps: jsonDecimal(row.spread_bps, decimals),
  observation_id: formatObservationId(row),
  kind: row.kind,
  flags: row.flags,
  ...(rate === null ? {} : convertedMembers(row, rate, point.at, decimals)),
  ...explanation(row, point.at, decimals),
});

/** `call` is a request for the price of an asset, like the original request. */
export const missingObject = (
  { text, point }: NamedPoint,
  { missing, candidates, match }: Extract<PriceAnswer, { missing: string }>,
  { decimals, callOf }: { decimals: Decimals; callOf: (asset: string) => string },
) => ({
  input: text,
  code: missing,
  message: MESSAGES[missing](text, candidates[0] === undefined ? null : callOf(candidates[0].asset)),
  candidates: candidates.map((row) => ({
    ...candidateObject(row, decimals),
    call: callOf(row.asset),
  })),
  ...(match === null ? {} : explanation(match, point.at, decimals)),
});

type Missing = Extract<PriceAnswer, { missing: string }>['missing'];

const MESSAGES: Record<Missing, (text: string, call: string | null) => string> = {
  unknown: (text, call) =>
    call === null
      ? `Nothing goes by ${text}. /assets?q= finds coins by parts of their names.`
      : `Nothing goes by ${text} that way. For the first candidate ask ${call}.`,
  ambiguous: (text, call) => `Several assets go by ${text}. Ask for one of them by its id, such as ${call}.`,
  no_price: (text) => `${text} has no price then that meets the parameters.`,
  no_rate: (text) =>
    `${text} has a price then in US dollars, but there is no rate to convert it. Ask without quote.`,
};

/** With explain=true: all series of the asset, and the rule's result for each. */
function explanation({ series }: Pick<PriceRow, 'series'>, at: Instant, decimals: Decimals) {
  if (series === null) return {};
  const { step, judged } = priceAt(
    series.map((one) => ({ ...one, rank: rankOf(one), is_file: one.source === FILES_ID })),
    at,
  );
  return {
    explain: {
      step,
      series: judged.map(({ series: one, beat_seconds, on_time, outcome }) => ({
        source: one.source,
        external_id: one.external_id,
        kind: one.kind,
        price_usd: jsonDecimal(one.price_usd, decimals),
        created_at: one.observed_at,
        age_seconds: Number((microsOf(at) - microsOf(one.observed_at)) / 1_000_000n),
        beat_seconds,
        on_time,
        outcome,
        flags: one.flags,
        observation_id: formatObservationId(one),
      })),
    },
  };
}

const RANKS: readonly string[] = ANSWER_ORDER;
const rankOf = ({ source }: PriceSeries): number => RANKS.indexOf(source) + 1;

import { compareDecimals, type Decimal, spreadBasisPoints } from '../../domain/decimal.ts';
import { recordOf, SPOT_FIGURES } from '../../domain/figures.ts';
import { type Instant, microsOf } from '../../domain/instant.ts';
import type { Flag } from '../../domain/observation.ts';
import { type JudgedSeries, newestOf, priceAt, type Series } from '../../domain/price-at.ts';
import type { SourceOrder } from '../observations/prefer-source.ts';
import type { PriceRequest } from './list.ts';
import type {
  AssetSeriesRow,
  NoPrice,
  PriceFound,
  PricePageRow,
  PriceRow,
  PriceSeries,
  SeriesCells,
} from './price-rows.ts';

// The rule of a price over the series that a statement found, which takes Postgres many times longer.

/** The rows of listPrices with what answers for each; those of a point in the order in which they are told. */
export function pricedRows(
  rows: readonly PricePageRow[],
  { points, clock, explain }: Pick<PriceRequest, 'points' | 'clock' | 'explain'>,
): (PriceRow | NoPrice)[] {
  const priced = rows.map((row): PriceRow | NoPrice => {
    const at = row.position === null ? undefined : points[Number(row.position) - 1]?.at;
    return row.position === null || at === undefined
      ? noPrice(row)
      : pricedRow(row, at, { order: clock.source_order, explain });
  });
  return [...Map.groupBy(priced, ({ position }) => position).values()].flatMap((own) =>
    own.length === 1 ? own : own.toSorted(byPlace),
  );
}

const noPrice = ({ current_version, version, horizon, removed_at }: PricePageRow): NoPrice => ({
  current_version,
  version,
  horizon,
  removed_at,
  position: null,
  late: null,
});

function pricedRow(
  { place, series, ...row }: AssetSeriesRow,
  at: Instant,
  { order, explain }: { order: SourceOrder; explain: boolean },
): PriceRow {
  const all = (series ?? []).map((cells) => candidateOf(cells, order));
  return {
    ...row,
    rank: place?.rank ?? null,
    is_old: place?.is_old ?? null,
    ...answerOf(all, at),
    series: explain && series !== null ? all.map(seriesOf) : null,
  };
}

interface Candidate extends PriceSeries, Series {
  flags: Flag[];
  figures: (Decimal | null)[];
}

function candidateOf(
  [source, external_id, kind, observed_at, revision, flags, beat_seconds, ...figures]: SeriesCells,
  order: SourceOrder,
): Candidate {
  const rank = order.indexOf(source) + 1;
  const price_usd = figures[PRICE] ?? null;
  const is_file = source === 'csv';
  return {
    source,
    external_id,
    kind,
    observed_at,
    revision,
    price_usd,
    flags,
    beat_seconds,
    figures,
    rank,
    is_file,
  };
}

const PRICE = SPOT_FIGURES.indexOf('price_usd');

const seriesOf = ({ figures: _, rank: __, is_file: ___, ...series }: Candidate): PriceSeries => series;

type Answer = PriceFound & Pick<PriceRow, 'spread_bps'>;

/** The series that answers. Without one that takes part it is the newest, which has no price then. */
function answerOf(all: Candidate[], at: Instant): Answer {
  const { answer, is_stale, step, turns_at, judged } = priceAt(all, at);
  const told = answer ?? newestOf(all);
  if (told === null) return NOTHING;
  const { source, external_id, kind, observed_at, revision, flags } = told;
  return {
    source,
    external_id,
    kind,
    observed_at,
    revision,
    flags,
    ...recordOf(SPOT_FIGURES, (figure) => told.figures[SPOT_FIGURES.indexOf(figure)] ?? null),
    takes_part: answer !== null,
    on_time: answer !== null && !is_stale,
    turns_at,
    age_seconds: String((microsOf(at) - microsOf(observed_at)) / 1_000_000n),
    spread_bps: step === 3 ? null : spreadBasisPoints(judged.flatMap(keptPrice)),
  };
}

const keptPrice = ({ series: { price_usd }, outcome }: JudgedSeries<Series>): Decimal[] =>
  price_usd !== null && (outcome === 'kept' || outcome === 'answers') ? [price_usd] : [];

const NOTHING: Answer = {
  source: null,
  external_id: null,
  kind: null,
  observed_at: null,
  revision: null,
  flags: null,
  ...recordOf(SPOT_FIGURES, () => null),
  takes_part: null,
  on_time: null,
  turns_at: null,
  age_seconds: null,
  spread_bps: null,
};

/** Without recent data last, then by rank, then by the market cap, unknown ones last. */
function byPlace(a: PriceRow | NoPrice, b: PriceRow | NoPrice): number {
  if (a.position === null || b.position === null) return 0;
  if (a.is_old !== b.is_old) return last(a.is_old, b.is_old) ?? (a.is_old ? 1 : -1);
  if (a.rank !== b.rank) return last(a.rank, b.rank) ?? Number(a.rank) - Number(b.rank);
  const [x, y] = [a.market_cap_usd, b.market_cap_usd];
  return x === null || y === null ? (last(x, y) ?? 0) : compareDecimals(y, x);
}

/** The order of two values of which one is null, which goes last. */
const last = (a: unknown, b: unknown): number | null =>
  a === null ? (b === null ? 0 : 1) : b === null ? -1 : null;

import { rowIn } from '../../db/client.ts';
import { judgeObservations } from '../../db/observations/judge.ts';
import { pricedRows } from '../../db/prices/answers.ts';
import { listPrices, type PriceRequest } from '../../db/prices/list.ts';
import type { StartedUpload } from '../../db/uploads/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import { type FarRow, keyOf, SERIES_RATIO_MAX } from '../../domain/batch.ts';
import { areFarApart, compareDecimals } from '../../domain/decimal.ts';
import { instantFromPostgres, instantOfDate, microsOf } from '../../domain/instant.ts';
import type { Observation } from '../../domain/observation.ts';
import { sortReadings } from '../../reading/normalize-batch.ts';
import { CsvFault } from '../../sources/csv/fault.ts';
import { type CsvHead, type CsvPlan, type CsvRecord, rowReader } from '../../sources/csv/index.ts';
import { parsePointer } from '../../sources/csv/record.ts';
import { files } from '../../sources/csv/source.ts';
import { ANSWER_ORDER, NORMALIZER_VERSION } from '../../sources/registry.ts';

/** An older price of the tape says nothing about an instant. */
const NEAR_SECONDS = 172_800;

/**
 * Compares the samples of a planned file with the tape before anything of it is stored. Throws `series_differs` if
 * they overlap the stored series of their name and are far from it. Returns warnings if the first and last price of
 * a known coin are far from the tape's prices near their instants.
 */
export async function checkSamples(
  deps: Deps,
  upload: StartedUpload,
  plan: CsvPlan,
  head: CsvHead,
): Promise<string[]> {
  const { db } = deps;
  const read = rowReader(plan);
  const sorted = (records: CsvRecord[]) => sortReadings(records.map(read), false).observations;
  const first = sorted(head.records.slice(plan.header_records));
  const keys = new Set(first.map(keyOf));
  const later = sorted(head.pieces.flat()).filter((row) => !keys.has(keyOf(row)));
  const origin = {
    source: files.id,
    run_id: Number(upload.run_id),
    raw_payload_id: Number(upload.raw_payload_id),
    fetched_at: instantFromPostgres(upload.fetched_at),
    normalizer_version: NORMALIZER_VERSION,
    beat_seconds: 0,
    in_batches: true,
  };
  const asked = [first, later].filter((rows) => rows.length > 0);
  if (asked.length === 0) return [];
  const [judged] = await db.batch([asked.map((rows) => judgeObservations(db, origin, rows))]);
  for (const [at, rows] of asked.entries()) {
    const { far, far_count, met_count } = rowIn(judged[at] ?? []);
    // A single later record may contradict an earlier one of the file; then the earlier one counts.
    if (far !== null && (rows === first || 2 * Number(far_count) > Number(met_count)))
      throw seriesDiffers(far);
  }
  return plan.coin.asset === null ? [] : await farFromTape(deps, plan.coin.asset, [...first, ...later]);
}

export function seriesDiffers({ pointer, external_id, observed_at, said, stored }: FarRow): CsvFault {
  const line = parsePointer(pointer)?.line ?? 0;
  return new CsvFault(
    'series_differs',
    `The price of ${observed_at} is ${said}, and the stored series ${external_id} has ${stored}: more than ${SERIES_RATIO_MAX} times apart, so they are not one series. Name this one with asset=, which becomes part of its id; or withdraw the stored one, if it is wrong.`,
    line === 0 ? null : line,
  );
}

async function farFromTape({ db, now }: Deps, asset: string, samples: Observation[]): Promise<string[]> {
  const priced = samples
    .filter(({ price_usd }) => price_usd !== null && compareDecimals(price_usd, '0') > 0)
    .sort((a, b) => (microsOf(a.observed_at) < microsOf(b.observed_at) ? -1 : 1));
  const ends = [...new Set([priced[0], priced.at(-1)])].flatMap((one) => one ?? []);
  if (ends.length === 0) return [];
  const request: PriceRequest = {
    points: ends.map(({ observed_at }) => ({ type: 'asset', source: null, value: asset, at: observed_at })),
    clock: { at: instantOfDate(now()), source_order: ANSWER_ORDER },
    sources: null,
    max_age_seconds: NEAR_SECONDS,
    as_of: null,
    explain: false,
    seen: null,
  };
  return pricedRows(await listPrices(db, request), request).flatMap((row) => {
    if (row.position === null || row.role !== 'match' || !row.price_usd) return [];
    const { observed_at, price_usd } = ends[Number(row.position) - 1] ?? {};
    if (!price_usd || !areFarApart(price_usd, row.price_usd, SERIES_RATIO_MAX)) return [];
    return `The price of ${observed_at} is ${price_usd}; the tape has ${row.price_usd} for ${asset} near then (${row.source}:${row.external_id}). Check the coin and the currency.`;
  });
}

import type { DifferenceRow } from '../../db/replays/differences.ts';
import type { ReplayRow } from '../../db/replays/lifecycle.ts';
import { compareDecimals, type Decimal } from '../../domain/decimal.ts';
import { FIGURES } from '../../domain/figures.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import { jsonDecimal } from '../json.ts';

/** A replay with its first differences, as the API shows it. */
export function replayObject(row: ReplayRow, differences: DifferenceRow[], decimals: 'number' | 'string') {
  return {
    id: Number(row.id),
    status: row.status,
    source: row.source,
    from: row.fetched_from,
    to: row.fetched_before,
    run_id: row.run_id === null ? null : Number(row.run_id),
    upload_id: row.upload_id,
    normalizer_version: row.normalizer_version,
    payloads: {
      done: Number(row.payloads_done),
      unreadable: Number(row.payloads_unreadable),
      expired: Number(row.payloads_expired),
    },
    rows: {
      unchanged: Number(row.rows_unchanged),
      changed: Number(row.rows_changed),
      new: Number(row.rows_new),
      gone: Number(row.rows_gone),
      skipped: Number(row.rows_skipped),
    },
    promotion:
      row.promote_requested_at === null
        ? null
        : {
            requested_at: row.promote_requested_at,
            finished_at: row.promoted_at,
            promoted: Number(row.rows_promoted),
            passed_over: Number(row.rows_passed_over),
          },
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    accepted_at: row.accepted_at,
    finished_at: row.finished_at,
    differences: differences.map((difference) => differenceObject(difference, decimals)),
  };
}

function differenceObject(row: DifferenceRow, decimals: 'number' | 'string') {
  const { change, source, external_id, kind, observed_at, revision, pointer, sha256, outcome } = row;
  return {
    change,
    source,
    external_id,
    kind,
    created_at: observed_at,
    observation_id: revision === null ? null : formatObservationId({ ...row, revision }),
    fields: differingFields(row, decimals),
    pointer,
    raw: `/raw/${sha256}`,
    outcome,
  };
}

function differingFields(row: DifferenceRow, decimals: 'number' | 'string') {
  const figures = FIGURES.filter((figure) => !equal(row[`old_${figure}`], row[figure])).map((figure) => [
    figure,
    { stored: jsonDecimal(row[`old_${figure}`], decimals), recomputed: jsonDecimal(row[figure], decimals) },
  ]);
  const stored = (row.old_flags ?? []).filter((flag) => flag !== 'after_thinning'); // kept by the promotion
  const recomputed = row.flags ?? [];
  const sameFlags = stored.length === recomputed.length && stored.every((flag) => recomputed.includes(flag));
  return Object.fromEntries([...figures, ...(sameFlags ? [] : [['flags', { stored, recomputed }]])]);
}

const equal = (a: Decimal | null, b: Decimal | null) =>
  a === null || b === null ? a === b : compareDecimals(a, b) === 0;

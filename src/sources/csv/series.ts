import type { ListingProfile } from '../../domain/observation.ts';
import { parseObservationId } from '../../domain/observation-id.ts';
import type { Refusal } from '../read-record.ts';
import type { Cells } from './dialect.ts';
import type { CsvPlan } from './plan.ts';

/**
 * The series a row belongs to: `<dialect>:<coin>`, for bars `<dialect>:<coin>:<venue>:<quote>:<period>`, lower
 * case, `-` for what is unknown. A row of our own export keeps its id when it came from a file, and else is
 * `canonical:<source>:<external id>`: a copy of a polled row is not that source speaking.
 */
export function seriesOf(plan: CsvPlan, cells: Cells): ListingProfile | Refusal {
  const { symbol = null, name = null } = cells;
  const { coin } = plan;
  if (coin === null) {
    const external_id = plan.is_export ? exportedId(cells) : ownId(plan, cells);
    return external_id === null
      ? { code: 'missing_id', message: 'The row does not name its coin.' }
      : { external_id, symbol, name };
  }
  const isOther = plan.pair === null ? isOtherSymbol(coin.symbol, symbol) : cells.pair !== plan.pair;
  if (isOther)
    return {
      code: 'other_coin',
      message: `The row is of ${cells.pair ?? symbol ?? 'no coin'}, the file of ${plan.pair ?? coin.symbol}.`,
    };
  return { external_id: seriesId(plan, coin.id), symbol: coin.symbol, name: coin.name ?? name };
}

const isOtherSymbol = (ours: string | null, theirs: string | null) =>
  ours !== null && theirs !== null && ours !== theirs;

function ownId(plan: CsvPlan, cells: Cells): string | null {
  const id = cells.external_id ?? cells.id ?? cells.symbol ?? cells.name;
  return id ? seriesId(plan, id) : null;
}

export function seriesId({ dialect, kind, venue, quote, period }: CsvPlan, coin: string): string {
  const parts = kind === 'bar_close' ? [dialect, coin, venue ?? '-', quote, period ?? '-'] : [dialect, coin];
  return parts.join(':').toLowerCase();
}

function exportedId({ external_id, source, observation_id }: Cells): string | null {
  const key = observation_id ? parseObservationId(observation_id) : undefined;
  const id = external_id ?? key?.external_id;
  const origin = source ?? key?.source;
  if (!id) return null;
  if (origin === 'csv') return id;
  return (origin ? `canonical:${origin}:${id}` : `canonical:${id}`).toLowerCase();
}

import type { ListingProfile } from '../../../domain/observation.ts';
import { parseObservationId } from '../../../domain/observation-id.ts';
import type { RecordFault } from '../../read-record.ts';
import type { Cells } from '../dialect.ts';
import type { CsvPlan } from './types.ts';

/**
 * Makes the function that tells the series a row belongs to: `<dialect>:<coin>`, for bars
 * `<dialect>:<coin>:<venue>:<quote>:<period>`, lower case, `-` for what is unknown. A row of our own export keeps
 * its id when it came from a file, and else is `canonical:<source>:<external id>`: a copy of a polled row is not
 * that source speaking.
 */
export function seriesReader(plan: CsvPlan): (cells: Cells) => ListingProfile | RecordFault {
  const { coin } = plan;
  const idOf = remembered((text) => seriesId(plan, text));
  return (cells) => {
    const { symbol = null, name = null } = cells;
    if (coin === null) {
      const external_id = plan.is_export ? exportedId(cells) : ownId(cells, idOf);
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
    return { external_id: idOf(coin.id), symbol: coin.symbol, name: coin.name ?? name };
  };
}

const REMEMBERED_MAX = 10_000;

/** A pure function that remembers what it gave for its last inputs: a file names the same coins over and over. */
function remembered(make: (text: string) => string): (text: string) => string {
  const made = new Map<string, string>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    if (made.size === REMEMBERED_MAX) made.clear();
    const fresh = make(text);
    made.set(text, fresh);
    return fresh;
  };
}

function ownId({ external_id, id, symbol, name }: Cells, idOf: (text: string) => string): string | null {
  const named = external_id ?? id ?? symbol ?? name;
  return named ? idOf(named) : null;
}

const isOtherSymbol = (ours: string | null, theirs: string | null) =>
  ours !== null && theirs !== null && ours !== theirs;

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

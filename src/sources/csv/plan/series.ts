import type { ListingProfile } from '../../../domain/observation.ts';
import { parseObservationId } from '../../../domain/observation-id.ts';
import type { RecordFault } from '../../read-record.ts';
import type { Cells } from '../dialect.ts';
import { readPairs } from '../forms/currency.ts';
import type { CsvPlan } from './types.ts';

/**
 * Makes the function that returns the series of a row: `<dialect>:<coin>`, for bars
 * `<dialect>:<coin>:<venue>:<quote>:<period>`, lower case, `-` for unknown parts. A row of our own export keeps its
 * id if it came from a file, and otherwise gets `canonical:<source>:<external id>`: a copy of a polled row is not a
 * statement of that source.
 */
export function seriesReader(plan: CsvPlan): (cells: Cells) => ListingProfile | RecordFault {
  const { coin } = plan;
  const idOf = remembered((text) => seriesId(plan, text));
  const isPair = remembered(isSplitPair);
  const coinOf = remembered((pair) => coinOfPair(plan, pair));
  return (cells) => {
    const { symbol = null, name = null, pair } = cells;
    if (coin.id === null && pair) {
      const found = coinOf(pair);
      return typeof found === 'string'
        ? { external_id: idOf(found), symbol: found.toUpperCase(), name }
        : found;
    }
    if (coin.id === null && symbol !== null && plan.version === 2 && isPair(symbol))
      return { code: 'contradicts_plan', message: `${symbol} is a pair; the other rows name a coin alone.` };
    if (coin.id === null) {
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

/** A pure function that caches the result for its last inputs, because a file repeats the same coins. */
function remembered<Made>(make: (text: string) => Made): (text: string) => Made {
  const made = new Map<string, Made>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    if (made.size === REMEMBERED_MAX) made.clear();
    const fresh = make(text);
    made.set(text, fresh);
    return fresh;
  };
}

const isSplitPair = (text: string): boolean =>
  /[/:_-]/.test(text) && readPairs(text).some(({ style, is_known }) => style === 'split' && is_known);

/** The coin of a row's pair, which must be priced in the currency of the file. */
function coinOfPair({ quote }: CsvPlan, text: string): string | RecordFault {
  const readings = readPairs(text);
  const [base, ...more] = new Set(readings.filter((pair) => pair.quote === quote).map((pair) => pair.base));
  if (base !== undefined && more.length === 0 && readings.every((pair) => pair.quote === quote)) return base;
  if (base !== undefined)
    return { code: 'other_coin', message: `${text} may be more than one pair: write it with a separator.` };
  const [other] = readings;
  return {
    code: 'quote_not_usd',
    message: `The row is of ${text}${other === undefined ? ', which is not a pair' : ''}, the file in ${quote}.`,
  };
}

function ownId({ external_id, id, symbol, name }: Cells, idOf: (text: string) => string): string | null {
  const named = external_id ?? id ?? symbol ?? name;
  return named ? idOf(named) : null;
}

const isOtherSymbol = (ours: string | null, theirs: string | null) =>
  ours !== null && theirs !== null && ours !== theirs;

type SeriesPlan = Pick<CsvPlan, 'dialect' | 'kind' | 'venue' | 'quote' | 'period'>;

export function seriesId({ dialect, kind, venue, quote, period }: SeriesPlan, coin: string): string {
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

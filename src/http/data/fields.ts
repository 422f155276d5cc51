import type { ObservationRow } from '../../db/observations/row.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import type { Field } from '../row-fields.ts';

/** Row order; it is the column order of exports too, so new fields go to the end. */
const ROW_FIELDS: readonly Field<ObservationRow>[] = [
  { name: 'id', type: 'text', read: (row) => formatObservationId(row) },
  { name: 'source', type: 'text', read: (row) => row.source },
  { name: 'ticker', type: 'text', read: (row) => row.symbol },
  { name: 'name', type: 'text', read: (row) => row.name },
  // Null until identity has resolved the listing: a symbol is a label, not an asset.
  { name: 'asset', type: 'text', read: (row) => row.asset_id },
  { name: 'external_id', type: 'text', read: (row) => row.external_id },
  { name: 'kind', type: 'text', read: (row) => row.kind },
  { name: 'price_usd', type: 'decimal', read: (row) => row.price_usd },
  { name: 'market_cap_usd', type: 'decimal', read: (row) => row.market_cap_usd },
  { name: 'volume_24h_usd', type: 'decimal', read: (row) => row.volume_24h_usd },
  { name: 'percent_change_24h', type: 'decimal', read: (row) => row.percent_change_24h },
  { name: 'open_usd', type: 'decimal', read: (row) => row.open_usd },
  { name: 'high_usd', type: 'decimal', read: (row) => row.high_usd },
  { name: 'low_usd', type: 'decimal', read: (row) => row.low_usd },
  { name: 'created_at', type: 'text', read: (row) => row.observed_at },
  { name: 'ingested_at', type: 'text', read: (row) => row.known_at },
  { name: 'flags', type: 'words', read: (row) => row.flags },
];
const SUPERSEDED: Field<ObservationRow> = {
  name: 'superseded_at',
  type: 'text',
  read: (row) => row.superseded_at,
};

export const FIELD_NAMES: readonly string[] = [...ROW_FIELDS, SUPERSEDED].map((field) => field.name);

/** The fields of a reply: the ones asked for, in that order, or all of a row. */
export function chooseFields(names: string[] | null, history: boolean): readonly Field<ObservationRow>[] {
  if (names === null) return history ? [...ROW_FIELDS, SUPERSEDED] : ROW_FIELDS;
  return names.flatMap((name) => [...ROW_FIELDS, SUPERSEDED].filter((field) => field.name === name));
}

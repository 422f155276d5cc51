import type { ObservationRow } from '../../db/observations/row.ts';
import { FIGURES, type Figure } from '../../domain/figures.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import type { Field } from '../row-fields.ts';

// Row order is the column order of exports: a column that is new stands behind those that readers know.
const LAST_OF_OLD = FIGURES.indexOf('low_usd') + 1;
const figureField = (name: Figure): Field<ObservationRow> => ({
  name,
  type: 'decimal',
  read: (row) => row[name],
});

const ROW_FIELDS: readonly Field<ObservationRow>[] = [
  { name: 'id', type: 'text', read: (row) => formatObservationId(row) },
  { name: 'source', type: 'text', read: (row) => row.source },
  { name: 'ticker', type: 'text', read: (row) => row.symbol },
  { name: 'name', type: 'text', read: (row) => row.name },
  // Null until identity has resolved the listing: a symbol is a label, not an asset.
  { name: 'asset', type: 'text', read: (row) => row.asset_id },
  { name: 'external_id', type: 'text', read: (row) => row.external_id },
  { name: 'kind', type: 'text', read: (row) => row.kind },
  ...FIGURES.slice(0, LAST_OF_OLD).map(figureField),
  { name: 'created_at', type: 'text', read: (row) => row.observed_at },
  { name: 'ingested_at', type: 'text', read: (row) => row.known_at },
  { name: 'flags', type: 'words', read: (row) => row.flags },
];
const SUPERSEDED: Field<ObservationRow> = {
  name: 'superseded_at',
  type: 'text',
  read: (row) => row.superseded_at,
};
const NEW_FIELDS = FIGURES.slice(LAST_OF_OLD).map(figureField);

const ALL_FIELDS = [...ROW_FIELDS, SUPERSEDED, ...NEW_FIELDS];
export const FIELD_NAMES: readonly string[] = ALL_FIELDS.map((field) => field.name);

/** The fields of a reply: the ones asked for, in that order, or all of a row. */
export function chooseFields(names: string[] | null, history: boolean): readonly Field<ObservationRow>[] {
  if (names === null) return history ? ALL_FIELDS : ALL_FIELDS.filter((field) => field !== SUPERSEDED);
  return names.flatMap((name) => ALL_FIELDS.filter((field) => field.name === name));
}

import type { ObservationRow } from '../../db/observations/row.ts';
import {
  FIGURES,
  type Figure,
  isOfType,
  isPageFact,
  type PageFact,
  type PageFacts,
  VALUE_NAMES,
  type ValueName,
} from '../../domain/figures.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import type { ValueField } from '../row-fields.ts';

/** A row of /data. The newest rows also have page facts. */
export type DataRow = ObservationRow & Partial<PageFacts>;

const figureField = (name: Figure): ValueField<DataRow> => ({
  name,
  type: 'decimal',
  read: (row) => row[name],
});

function pageField(name: PageFact): ValueField<DataRow> {
  if (isOfType(name, 'decimal')) return { name, type: 'decimal', read: (row) => row[name] ?? null };
  if (isOfType(name, 'whole')) return { name, type: 'plain', read: (row) => row[name] ?? null };
  return { name, type: 'text', read: (row) => row[name] ?? null };
}

// Row order is the column order of exports: new columns come after those that readers know.
const LATER = VALUE_NAMES.slice(VALUE_NAMES.indexOf('low_usd') + 1);
const isLater = (name: ValueName) => LATER.includes(name);

const ROW_FIELDS: readonly ValueField<DataRow>[] = [
  { name: 'id', type: 'text', read: (row) => formatObservationId(row) },
  { name: 'source', type: 'text', read: (row) => row.source },
  { name: 'ticker', type: 'text', read: (row) => row.symbol },
  { name: 'name', type: 'text', read: (row) => row.name },
  // Null until identity has resolved the listing: a symbol is a label, not an asset.
  { name: 'asset', type: 'text', read: (row) => row.asset_id },
  { name: 'external_id', type: 'text', read: (row) => row.external_id },
  { name: 'kind', type: 'text', read: (row) => row.kind },
  ...FIGURES.filter((figure) => !isLater(figure)).map(figureField),
  { name: 'created_at', type: 'text', read: (row) => row.observed_at },
  { name: 'ingested_at', type: 'text', read: (row) => row.known_at },
  { name: 'flags', type: 'words', read: (row) => row.flags },
];
const SUPERSEDED: ValueField<DataRow> = {
  name: 'superseded_at',
  type: 'text',
  read: (row) => row.superseded_at,
};
const LATER_FIELDS = LATER.map((name) => (isPageFact(name) ? pageField(name) : figureField(name)));
const ALL_FIELDS = [...ROW_FIELDS, SUPERSEDED, ...LATER_FIELDS];

export const FIELD_NAMES: readonly string[] = ALL_FIELDS.map((field) => field.name);

/** Members of rows in addition to the figures: those of superseded rows, or page facts. */
export interface RowExtras {
  history: boolean;
  page: boolean;
}

/** The fields of a reply: the requested ones, in that order, or all that its rows have. */
export function chooseFields(
  names: string[] | null,
  { history, page }: RowExtras,
): readonly ValueField<DataRow>[] {
  if (names !== null) return names.flatMap((name) => ALL_FIELDS.filter((field) => field.name === name));
  const left = (field: ValueField<DataRow>) =>
    (field === SUPERSEDED && !history) || (isPageFact(field.name) && !page);
  return ALL_FIELDS.filter((field) => !left(field));
}

import type { AnyChange, ListingChange, RowChange } from '../../db/changes/row.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import { chooseFields as chooseDataFields } from '../data/fields.ts';
import { type Field, rowWriter } from '../row-fields.ts';
import { At, Observation } from '../schemas.ts';
import * as z from '../zod.ts';

/** A row has the same form as in /data. */
const DATA_FIELDS = chooseDataFields(null, { history: false, page: false });
const WRITERS = { number: rowWriter(DATA_FIELDS, 'number'), string: rowWriter(DATA_FIELDS, 'string') };

export const isRowChange = (change: AnyChange): change is RowChange =>
  change.change !== 'remapped' && change.change !== 'relabelled';

/** Row order, which is also the column order of exports: new fields go to the end. */
const FIELDS: readonly Field<AnyChange>[] = [
  { name: 'version', type: 'text', read: (change) => change.version },
  { name: 'change', type: 'text', read: (change) => change.change },
  { name: 'id', type: 'text', read: ofRow((row) => formatObservationId(row)) },
  {
    name: 'row',
    type: 'json',
    read: (change, decimals) =>
      isRowChange(change) && change.change !== 'withdrawn' ? WRITERS[decimals](change) : null,
  },
  {
    name: 'replaces',
    type: 'text',
    read: ofRow((row) =>
      row.replaces === null ? null : formatObservationId({ ...row, revision: row.replaces }),
    ),
  },
  { name: 'listing', type: 'text', read: (change) => change.listing },
  {
    name: 'before',
    type: 'json',
    read: ofListing((e) => ({ asset: e.asset_before, symbol: e.symbol_before, name: e.name_before })),
  },
  {
    name: 'after',
    type: 'json',
    read: ofListing((e) => ({ asset: e.asset_after, symbol: e.symbol_after, name: e.name_after })),
  },
  { name: 'reason', type: 'text', read: ofRow((row) => row.reason) },
];

function ofRow(read: (row: RowChange) => string | null) {
  return (change: AnyChange): string | null => (isRowChange(change) ? read(change) : null);
}

function ofListing(read: (event: ListingChange) => z.output<typeof Labels>) {
  return (change: AnyChange): string | null => (isRowChange(change) ? null : JSON.stringify(read(change)));
}

export const CHANGE_FIELD_NAMES: readonly string[] = FIELDS.map((field) => field.name);

/** The fields of a reply: the requested ones, in that order, or all of a change. */
export function chooseFields(names: string[] | undefined): readonly Field<AnyChange>[] {
  if (names === undefined) return FIELDS;
  return names.flatMap((name) => FIELDS.filter((field) => field.name === name));
}

const Labels = z
  .object({ asset: z.string().nullable(), symbol: z.string().nullable(), name: z.string().nullable() })
  .openapi('ListingLabels');

export const Change = z
  .object({
    version: At.openapi({ description: 'The version of the tape that made the change.' }),
    change: z.enum(['added', 'revised', 'withdrawn', 'remapped', 'relabelled']).openapi({
      description:
        '`added`: a row for a key that had none. `revised`: a row that replaced another. `withdrawn`:' +
        ' a row that ended without a successor. `remapped`, `relabelled`: a listing has another ' +
        'asset, or another symbol or name.',
    }),
    id: z
      .string()
      .nullable()
      .openapi({ description: 'The id of the row that came or ended; null for a listing.' }),
    row: Observation.nullable().openapi({ description: 'The row as in /data; for `added` and `revised`.' }),
    replaces: z.string().nullable().openapi({ description: 'For `revised`: the id of the row that ended.' }),
    listing: z.string().openapi({ description: '`source:external_id`.', example: 'coinpaprika:btc-bitcoin' }),
    before: Labels.nullable().openapi({ description: 'For `remapped` and `relabelled`.' }),
    after: Labels.nullable().openapi({
      description: 'For `remapped` and `relabelled`: applies to all rows of the listing.',
    }),
    reason: z.string().nullable().openapi({
      description: 'Why a withdrawal or the promotion of a replay ended a row, or restored an older one.',
    }),
  })
  .openapi('Change');

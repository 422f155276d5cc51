import type { ChangePlace, ChangesFilter } from '../../db/changes/request.ts';
import type { AnyChange } from '../../db/changes/row.ts';
import { type Instant, parseInstant } from '../../domain/instant.ts';
import { KINDS } from '../../domain/observation.ts';
import type { HttpContext } from '../context.ts';
import { type Format, LIMIT_DEFAULT, parameters } from '../data/query.ts';
import { acceptedFormat } from '../data/request.ts';
import { instantParam, listFrom } from '../query.ts';
import { invalidCursor, readListQuery, type WalkPlace, type WalkTexts, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { CHANGE_FIELD_NAMES, isRowChange } from './fields.ts';

export const ChangesQuery = z.object({
  since: instantParam()
    .optional()
    .openapi({
      type: 'string',
      description:
        'Changes after this version: the meta.complete_through of the previous walk or of /data, the ' +
        'X-Tape-Version of an export, any ingested_at, any instant. From the beginning by default.',
      example: '2025-01-10T12:00:00Z',
    }),
  source: parameters.source,
  external_id: parameters.external_id,
  kind: listFrom(KINDS)
    .optional()
    .openapi({
      type: 'string',
      description: `Kinds of rows: ${KINDS.join(', ')}. Changes of listings come with every kind.`,
      example: 'spot',
    }),
  limit: parameters.limit,
  cursor: parameters.cursor,
  fields: listFrom(CHANGE_FIELD_NAMES).optional().openapi({
    type: 'string',
    description: 'Members of the changes, in this order.',
    example: 'version,change,id',
  }),
  format: parameters.format,
  decimals: parameters.decimals,
});
const FILTERS: readonly (keyof z.output<typeof ChangesQuery>)[] = ['since', 'source', 'external_id', 'kind'];
const SORT = 'changes version asc';

/** The content of a request to /changes, from its parameters or its cursor. */
export interface ChangesAsked {
  filter: ChangesFilter;
  since: Instant | null;
  /** Set when the request continues a walk: the version pinned on its first page, and the last change delivered. */
  walk: { pinned: Instant; after: ChangePlace } | null;
  /** Null: every change up to now (CSV and NDJSON only). */
  limit: number | null;
  fields: string[] | undefined;
  format: Format;
  decimals: 'number' | 'string';
  texts: WalkTexts;
}

/** Reads and checks the query of /changes. Throws `invalid_request` or `invalid_cursor`. */
export function readChangesQuery(c: HttpContext): ChangesAsked {
  const { asked, texts, walk } = readListQuery(c, ChangesQuery, FILTERS);
  const format = asked.format ?? acceptedFormat(c.req.header('Accept'));
  return {
    filter: {
      sources: asked.source ?? null,
      external_ids: asked.external_id ?? null,
      kinds: asked.kind ?? null,
    },
    since: asked.since ?? null,
    walk: walk === null ? null : { pinned: walk.version, after: readPlace(walk) },
    limit: asked.limit ?? (format === 'json' ? LIMIT_DEFAULT : null),
    fields: asked.fields,
    format,
    decimals: asked.decimals ?? 'number',
    texts,
  };
}

const At = z.string().refine((text) => parseInstant(text) === text);
const Ordinal = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Place = z.union([
  z.tuple([At, z.string(), z.enum(KINDS), At, Ordinal]),
  z.tuple([At, z.string(), z.null(), z.null(), Ordinal]),
]);

function readPlace({ sort, after }: WalkPlace): ChangePlace {
  const place = Place.safeParse(after).data;
  if (sort !== SORT || place === undefined) throw invalidCursor('was not made by this service for this list');
  const [version, listing, kind, observed_at, number] = place;
  return { version, listing, kind, observed_at, number };
}

export function placeOf(change: AnyChange): ChangePlace {
  const { version, listing } = change;
  const number = Number(change.number);
  const key = isRowChange(change)
    ? { kind: change.kind, observed_at: change.observed_at }
    : { kind: null, observed_at: null };
  return { version, listing, ...key, number };
}

/** The cursor after a change, in a walk up to a version. */
export function cursorBehind(texts: WalkTexts, pinned: Instant, change: AnyChange): string {
  const { version, listing, kind, observed_at, number } = placeOf(change);
  const after = [version, listing, kind, observed_at, number];
  return writeCursor({ texts, version: pinned, sort: SORT, after, total: null });
}

import { DRIFT_STATUSES } from '../../domain/drift/field-drift.ts';
import { newestShapes } from '../../domain/drift/seen-shapes.ts';
import { microsOf } from '../../domain/instant.ts';
import { POLLED_SOURCES } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import { listFrom } from '../query.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { Drift, Watched } from './drift-schemas.ts';
import { type PresentDrift, presentDrift, type WatchedEndpoint } from './present-drift.ts';

const SORT = 'drift newest';

const DriftQuery = z.object({
  source: parameters.source,
  status: listFrom(DRIFT_STATUSES)
    .optional()
    .openapi({
      type: 'string',
      description: `Statuses: ${DRIFT_STATUSES.join(', ')}.`,
      example: 'gone,type_changed',
    }),
  ...listParameters(Drift, 'source,endpoint,field,status'),
});

export const drift = listEndpoint({
  path: '/drift',
  file: 'drift',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'How upstream records differ from their contracts and from earlier records',
    description:
      'The newest replies of each endpoint, compared with the fields of the contract and with the ' +
      'first reply; and fields of the contract that are `unknown` in far more records than usual. ' +
      'Unread fields of the first reply are no drift. Changes that `POST /drift/{id}/accept` ' +
      'declared usual are left out. A rename is a proposal for a person; it is never applied ' +
      'automatically. `meta.watched` lists the endpoints.',
    rows: 'Fields that drifted, newest first.',
  },
  query: DriftQuery,
  filters: ['source', 'status'],
  item: Drift,
  meta: { watched: z.array(Watched) },
  sortName: () => SORT,
  read: readDrift,
  keyOf: ({ position }) => [position],
  show: ({ drift: one }) => driftObject(one),
});

/** A row with its position. Every page computes the list again, so the position is part of the row. */
interface PlacedDrift {
  drift: PresentDrift;
  position: number;
}

async function readDrift(
  c: HttpContext,
  { asked, texts, walk, offset, limit }: PageRequest<z.output<typeof DriftQuery>>,
): Promise<FoundPage<PlacedDrift>> {
  const from = walk === null ? offset : positionOf(walk.sort, walk.after);
  const sources = asked.source ?? POLLED_SOURCES.map(({ id }) => id);
  const { drifts, watched } = await presentDrift(c.get('deps'), sources);
  const rows = drifts.filter(
    ({ drift: { status } }) => asked.status === undefined || asked.status.includes(status),
  );
  return {
    rows: rows.map((one, index) => ({ drift: one, position: index + 1 })).slice(from, from + limit),
    total: rows.length,
    version: texts.at,
    facts: { sources: watched.map(({ source }) => source), watched: watched.map(watchedObject) },
  };
}

function positionOf(sort: string, [position]: (string | number | null)[]): number {
  if (sort === SORT && typeof position === 'number' && Number.isSafeInteger(position) && position >= 0)
    return position;
  throw invalidCursor('was not made by this service for this list');
}

function driftObject({ id, source, endpoint, drift: one }: PresentDrift) {
  return {
    id,
    source,
    endpoint,
    field: one.field,
    status: one.status,
    read: one.is_read,
    breaking: one.is_breaking,
    was: one.was,
    is: one.is,
    requests: one.endpoints,
    share_of_records: one.share_of_records,
    first_seen_at: one.first_seen_at,
    last_seen_at: one.last_seen_at,
    run_id: one.first_run_id,
    raw: `/raw/${one.first_sha256}`,
    rename: one.rename,
  };
}

function watchedObject({ source, endpoint, fields, shapes }: WatchedEndpoint) {
  const newest = newestShapes(shapes);
  const seen = shapes.toSorted((a, b) => Number(microsOf(a.first_seen_at) - microsOf(b.first_seen_at)));
  const ends = shapes.toSorted((a, b) => Number(microsOf(b.last_seen_at) - microsOf(a.last_seen_at)));
  return {
    source,
    endpoint,
    requests: newest.map((shape) => shape.endpoint),
    records: newest.reduce((sum, { records }) => sum + records, 0),
    fields: new Set(newest.flatMap((shape) => shape.fields.map(({ field }) => field))).size,
    fields_read: fields.length,
    shapes: shapes.length,
    first_seen_at: seen[0]?.first_seen_at ?? null,
    last_seen_at: ends[0]?.last_seen_at ?? null,
  };
}

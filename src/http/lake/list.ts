import { listParts, PART_KINDS, type PartPageRow, type PartRow } from '../../db/lake/parts.ts';
import { type Instant, instantOfMicros, microsOf, parseInstant } from '../../domain/instant.ts';
import { dayOf } from '../../domain/lake.ts';
import type { HttpContext } from '../context.ts';
import { instantParam, invalid, listFrom } from '../query.ts';
import { At, Count } from '../schemas.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
import * as z from '../zod.ts';

const Part = z
  .object({
    day: z.iso.date().openapi({ description: 'The day (UTC) on which its changes became known.' }),
    part: z.string().openapi({ example: '2025-01-10-0001-0f1e2d3c4b5a.parquet' }),
    kind: z.enum(PART_KINDS),
    rows: Count,
    size_bytes: Count,
    sha256: z.string(),
    content_hash: z.string().openapi({ description: 'A hash over the texts of its rows; see docs/lake.md.' }),
    version_from: At,
    version_to: At,
    url: z.string().openapi({ description: 'The address of its bytes, relative to this request.' }),
  })
  .openapi('LakePart');

const LakeQuery = z.object({
  kind: listFrom(PART_KINDS)
    .optional()
    .openapi({
      type: 'string',
      description: `Kinds of parts: ${PART_KINDS.join(', ')}. Of the listings only the newest part applies.`,
      example: 'changes',
    }),
  start_date: instantParam().optional().openapi({
    type: 'string',
    description: 'From this day (UTC) of the versions.',
    example: '2025-01-10',
  }),
  end_date: instantParam('end of day').optional().openapi({
    type: 'string',
    description: 'Up to this day of the versions; a plain date includes its whole day.',
  }),
  ...listParameters(Part, 'day,part,rows,url'),
});

/** The progress of the lake. */
const MORE_META = {
  written_through: At.nullable().openapi({
    description: 'Every change up to this version is in a part; continue with `/changes?since=`.',
  }),
  complete_from: At.nullable().openapi({
    description:
      'Earlier versions lack rows that were thinned before the lake was on; null if there are none.',
  }),
};

const SORT = 'lake parts version_to';

/** Without parts there is no next page. */
const NO_VERSION = '1970-01-01T00:00:00Z';

export const lake = listEndpoint({
  path: '/lake',
  file: 'lake',
  access: 'bulk',
  spec: {
    tags: ['Data'],
    summary: 'Parquet parts of all changes, oldest first',
    description:
      'With LAKE=on every change of a row is written to Parquet, day by day, once. A day may have ' +
      'several parts, and the running day has some if somebody requested them.',
    rows: 'The parts.',
  },
  query: LakeQuery,
  filters: ['kind', 'start_date', 'end_date'],
  item: Part,
  meta: MORE_META,
  sortName: () => SORT,
  read: readParts,
  keyOf: ({ version_to, part }) => [version_to, part],
  show: partObject,
});

async function readParts(
  c: HttpContext,
  { asked, walk, offset, limit }: PageRequest<z.output<typeof LakeQuery>>,
): Promise<FoundPage<PartRow>> {
  if (asked.start_date && asked.end_date && microsOf(asked.start_date) >= microsOf(asked.end_date))
    throw invalid([{ path: 'start_date', message: 'must be before end_date' }]);
  const filter = {
    kinds: asked.kind ?? null,
    from: asked.start_date ? dayOf(asked.start_date) : null,
    to: asked.end_date ? dayOf(justBefore(asked.end_date)) : null,
  };
  const after = walk === null ? null : placeOf(walk.sort, walk.after);
  const found = await listParts(c.get('deps').db, { filter, limit, offset, after });
  const rows = found.filter((row): row is PartPageRow & PartRow => row.part !== null);
  return {
    rows,
    total: Number(found[0]?.total ?? 0),
    version: rows.at(-1)?.version_to ?? NO_VERSION,
    facts: {
      written_through: found[0]?.written_through ?? null,
      complete_from: found[0]?.complete_from ?? null,
    },
  };
}

/** The day of an exclusive end. */
const justBefore = (end: Instant): Instant => {
  const micros = microsOf(end);
  return micros === 0n ? end : instantOfMicros(micros - 1n);
};

function placeOf(sort: string, [version_to, part]: (string | number | null)[]) {
  if (sort === SORT && typeof version_to === 'string' && parseInstant(version_to) === version_to)
    if (typeof part === 'string') return { version_to, part };
  throw invalidCursor('was not made by this service for this list');
}

function partObject({ day, part, kind, rows, size_bytes, sha256, content_hash, ...row }: PartRow) {
  return {
    day,
    part,
    kind,
    rows,
    size_bytes,
    sha256,
    content_hash,
    version_from: row.version_from,
    version_to: row.version_to,
    url: `/lake/${part}`,
  };
}

import { z } from '@hono/zod-openapi';
import { rowsOf } from '../../db/client.ts';
import { RUN_STATUSES } from '../../db/runs.ts';
import { listSourceStats, type SourceStatsRow } from '../../db/source-stats.ts';
import { SOURCE_IDS } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { ok } from '../responses.ts';
import { Stats } from '../schemas.ts';

export const stats: Endpoint = {
  method: 'get',
  path: '/stats',
  access: 'read',
  spec: {
    tags: ['Ingestion'],
    summary: 'What each source has done',
    description: 'Durations are those of the newest 100 ended runs, in milliseconds.',
    responses: ok(Stats, 'Counts, durations, newest success and failure, checkpoints.'),
  },
  handle: getStats,
};

async function getStats(c: HttpContext): Promise<Response> {
  readQuery(c, z.object({}));
  const rows = await rowsOf<SourceStatsRow>(listSourceStats(c.get('deps').db, SOURCE_IDS));
  const sources = rows.map(sourceObject);
  const sum = (read: (source: (typeof sources)[number]) => number) =>
    sources.reduce((total, source) => total + read(source), 0);
  return json({
    sources,
    totals: {
      observations: sum((source) => source.observations),
      revisions: sum((source) => source.revisions),
      listings: sum((source) => source.listings),
      runs: sum((source) => Object.values(source.runs).reduce((total, runs) => total + runs, 0)),
      rows: {
        read: sum((source) => source.rows.read),
        inserted: sum((source) => source.rows.inserted),
        duplicate: sum((source) => source.rows.duplicate),
        rejected: sum((source) => source.rows.rejected),
      },
    },
    version: rows[0]?.version ?? null,
  });
}

function sourceObject({ version: _, ...row }: SourceStatsRow) {
  return {
    ...row,
    runs: Object.fromEntries(RUN_STATUSES.map((status) => [status, row.runs[status] ?? 0])),
    observations: Number(row.observations),
    revisions: Number(row.revisions),
    listings: Number(row.listings),
  };
}

import { findRevisions, type RevisionRow } from '../../db/observations/find.ts';
import type { ObservationRow } from '../../db/observations/row.ts';
import { parseObservationId } from '../../domain/observation-id.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { invalid, readQuery } from '../query.ts';
import { meta, taggedJson } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { rowObject } from '../row-fields.ts';
import { itemReply, Observation } from '../schemas.ts';
import * as z from '../zod.ts';
import { noObservation } from './beyond-retention.ts';
import { chooseFields } from './fields.ts';
import { parameters } from './query.ts';

const ObservationQuery = z.object({ decimals: parameters.decimals });
const Revisions = Observation.extend({ revisions: z.array(Observation) }).openapi('ObservationWithRevisions');
const FRESHNESS = { access: 'read' } as const;

export const observation: Endpoint = {
  method: 'get',
  path: '/observations/{id}',
  access: FRESHNESS.access,
  depends_on: 'row',
  spec: {
    tags: ['Data'],
    summary: 'One observation with all its revisions, newest first',
    request: {
      params: z.object({
        id: z.string().openapi({
          description: 'The id of a row.',
          example: 'coinpaprika_btc-bitcoin_spot_1736503200000000_1',
        }),
      }),
      query: ObservationQuery,
    },
    responses: {
      ...ok(itemReply(Revisions), 'The observation.', { cached: true }),
      ...problems('invalid_request', 'not_found', 'beyond_retention'),
    },
  },
  handle: getObservation,
};

async function getObservation(c: HttpContext): Promise<Response> {
  const { decimals = 'number' } = readQuery(c, ObservationQuery);
  const id = c.req.param('id') ?? '';
  const key = parseObservationId(id);
  if (key === undefined)
    throw invalid([
      { path: 'id', message: 'must be <source>_<external_id>_<kind>_<created_at in µs>_<revision>' },
    ]);
  const seen = seenVersion(c, FRESHNESS);
  const found = await findRevisions(c.get('deps').db, key, seen);
  const current = found[0]?.current_version ?? '';
  const headers = cacheHeaders(c, current, FRESHNESS);
  if (isUnchanged(seen, current)) return notModified(headers);
  const rows = found.filter((row): row is RevisionRow & ObservationRow => row.listing_id !== null);
  const wanted = rows.find((row) => row.revision === key.revision);
  if (wanted === undefined) throw noObservation(id, found.at(-1));
  const fields = chooseFields(null, { history: true, page: false });
  const revisions = rows.map((row) => rowObject(row, fields, decimals));
  const data = { ...rowObject(wanted, fields, decimals), revisions };
  return taggedJson(c, { data, meta: meta(c, { sources: [wanted.source] }) }, headers);
}

import { findProof, type ProvableRow } from '../../db/payloads/find-proof.ts';
import { formatObservationId, parseObservationId } from '../../domain/observation-id.ts';
import { type Proof as Proven, prove } from '../../proof/prove.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { noObservation } from '../data/beyond-retention.ts';
import { chooseFields } from '../data/fields.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { invalid, readQuery } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { rowObject } from '../row-fields.ts';
import { itemReply } from '../schemas.ts';
import * as z from '../zod.ts';
import { NO_RECORD, originObject, readRights, valuesObject } from './origin.ts';
import { Proof } from './schemas.ts';

const ProofQuery = z.object({ decimals: parameters.decimals });
const ACCESS = 'read';

export const proof: Endpoint = {
  method: 'get',
  path: '/observations/{id}/proof',
  access: ACCESS,
  depends_on: 'row',
  spec: {
    tags: ['Proof'],
    summary: 'One observation recomputed from the bytes it came from',
    description:
      'Reads the stored bytes, verifies their hash, finds the record and reads it again with the ' +
      'current code. The answer reports missing or broken bytes. If raw records need a token, only ' +
      'a request with the token gets the record.',
    request: {
      params: z.object({
        id: z.string().openapi({
          description: 'The id of a row.',
          example: 'coinpaprika_btc-bitcoin_spot_1736503200000000_1',
        }),
      }),
      query: ProofQuery,
    },
    responses: {
      ...ok(itemReply(Proof), 'The proof.', { cached: true }),
      ...problems('invalid_request', 'not_found', 'beyond_retention'),
    },
  },
  handle: getProof,
};

async function getProof(c: HttpContext): Promise<Response> {
  const { decimals = 'number' } = readQuery(c, ProofQuery);
  const id = c.req.param('id') ?? '';
  const key = parseObservationId(id);
  if (key === undefined)
    throw invalid([
      { path: 'id', message: 'must be <source>_<external_id>_<kind>_<created_at in µs>_<revision>' },
    ]);
  const rights = await readRights(c);
  const seen = rights.dependsOnToken ? null : seenVersion(c, { access: ACCESS });
  const deps = c.get('deps');
  const [found] = await findProof(deps.db, key, seen);
  const current = found?.current_version ?? '';
  const headers = {
    ...cacheHeaders(c, current, { access: rights.dependsOnToken ? 'raw' : ACCESS }),
    ...(rights.dependsOnToken ? { Vary: 'Authorization' } : {}),
  };
  if (isUnchanged(seen, current)) return notModified(headers);
  if (found === undefined || found.listing_id === null) throw noObservation(id, found);
  const row = found;
  const proven = await prove(deps, row);
  if (proven.problem !== null && proven.problem.code !== 'bytes_expired')
    deps.log.warn('proof.failed', { observation_id: id, sha256: row.sha256, ...proven.problem });
  const data = proofObject(row, proven, decimals, rights.showsRecord);
  const warnings = rights.showsRecord ? [] : [NO_RECORD];
  return json({ data, meta: meta(c, { sources: [row.source], warnings }) }, headers);
}

const proofObject = (
  row: ProvableRow,
  proven: Proven,
  decimals: 'number' | 'string',
  showsRecord: boolean,
) => ({
  observation: rowObject(row, chooseFields(null, { history: true, page: false }), decimals),
  matches: proven.matches,
  values: proven.values && valuesObject(proven.values, decimals),
  problem: proven.problem,
  ...originObject(row, row.upload_id, proven.bytes),
  pointer: row.pointer,
  record: showsRecord ? proven.record : null,
  superseded: supersession(row),
});

/** The reason for which a row ended: a changed value, a replay of the same record, or a withdrawal. */
function supersession(row: ProvableRow) {
  if (row.superseded_at === null) return null;
  const { successor_revision: revision, withdraw_reason } = row;
  const by = revision === null ? null : formatObservationId({ ...row, revision });
  const withdrawn = withdraw_reason !== null && (by === null || row.successor_is_older === true);
  const replayed = by === null || row.successor_is_replay === true;
  const reason = withdrawn ? 'withdrawn' : replayed ? 'replayed' : 'changed';
  return { at: row.superseded_at, reason, by, withdraw_reason: withdrawn ? withdraw_reason : null };
}

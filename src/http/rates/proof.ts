import { findRateProof, type ProvableRate } from '../../db/rates/find-proof.ts';
import { parseRateId, rateTurnsAt } from '../../domain/rate.ts';
import { AppError } from '../../errors.ts';
import { proveRate } from '../../proof/prove-rate.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import { clockOf, type HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { NO_RECORD, originObject, readRights, valuesObject } from '../proof/origin.ts';
import { RateProof } from '../proof/schemas.ts';
import { invalid, readQuery } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { itemReply } from '../schemas.ts';
import * as z from '../zod.ts';
import { rateObject } from './object.ts';

const ProofQuery = z.object({ decimals: parameters.decimals });
const FRESHNESS = { access: 'read', ticking: true } as const;

export const rateProof: Endpoint = {
  method: 'get',
  path: '/rates/{id}/proof',
  access: FRESHNESS.access,
  depends_on: 'row',
  spec: {
    tags: ['Proof'],
    summary: 'One rate recomputed from the bytes it came from',
    description:
      'Reads the stored bytes, verifies their hash, and reads the records of the currency and of ' +
      'the US dollar again with the current code. The answer reports missing or broken bytes.',
    request: {
      params: z.object({
        id: z.string().openapi({
          description: 'The rate_id of a rate or of a converted price.',
          example: 'coingecko_eur_rate_1736503200000000_1',
        }),
      }),
      query: ProofQuery,
    },
    responses: {
      ...ok(itemReply(RateProof), 'The proof.', { cached: true }),
      ...problems('invalid_request', 'not_found'),
    },
  },
  handle: getRateProof,
};

async function getRateProof(c: HttpContext): Promise<Response> {
  const { decimals = 'number' } = readQuery(c, ProofQuery);
  const id = c.req.param('id') ?? '';
  const key = parseRateId(id);
  if (key === undefined)
    throw invalid([
      { path: 'id', message: 'must be <source>_<currency>_rate_<created_at in µs>_<revision>' },
    ]);
  const rights = await readRights(c);
  const seen = rights.dependsOnToken ? null : seenVersion(c, FRESHNESS);
  const deps = c.get('deps');
  const [row] = await findRateProof(deps.db, key, seen);
  const current = row?.current_version ?? '';
  const turns_at = row === undefined || row.source === null ? null : rateTurnsAt(row, clockOf(c));
  const access = rights.dependsOnToken ? 'raw' : FRESHNESS.access;
  const headers = {
    ...cacheHeaders(c, current, { ...FRESHNESS, access, turns_at }),
    ...(rights.dependsOnToken ? { Vary: 'Authorization' } : {}),
  };
  if (isUnchanged(seen, current)) return notModified(headers);
  if (row === undefined || row.source === null) throw new AppError('not_found', `There is no rate ${id}.`);
  const proven = await proveRate(deps, row);
  if (proven.problem !== null && proven.problem.code !== 'bytes_expired')
    deps.log.warn('proof.failed', { rate_id: id, sha256: row.sha256, ...proven.problem });
  const data = {
    rate: rateObject(row, clockOf(c), decimals),
    matches: proven.matches,
    values: proven.values && valuesObject(proven.values, decimals),
    problem: proven.problem,
    ...originObject(row, null, proven.bytes),
    pointers: pointersOf(row),
    records: rights.showsRecord ? proven.records : { rate: null, usd: null },
    superseded_at: row.superseded_at,
  };
  const warnings = rights.showsRecord ? [] : [NO_RECORD];
  return json({ data, meta: meta(c, { sources: [row.source], warnings }) }, headers);
}

const pointersOf = ({ pointer, usd_pointer }: ProvableRate) => ({ rate: pointer, usd: usd_pointer });

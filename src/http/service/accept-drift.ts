import { rowIn } from '../../db/client.ts';
import { type AcceptanceRow, acceptDrift } from '../../db/payloads/accept-drift.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { POLLED_SOURCES } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { invalid, NO_PARAMETERS, readQuery } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { itemReply } from '../schemas.ts';
import * as z from '../zod.ts';
import { AcceptedDrift } from './drift-schemas.ts';
import { presentDrift } from './present-drift.ts';

export const acceptance: Endpoint = {
  method: 'post',
  path: '/drift/{id}/accept',
  access: 'scheduler',
  spec: {
    tags: ['Ingestion'],
    summary: 'Declare a change of form to be usual from now on',
    description:
      'The drift leaves `/drift`, and /health, /metrics and alerts no longer report a lost field: ' +
      'its present share of unknown values is what later replies are compared with. A field that ' +
      'returns and disappears again is a new drift. A repeated request is the same acceptance. No ' +
      'body is needed.',
    request: {
      params: z.object({
        id: z.string().openapi({ description: 'The id of a drift.', example: '0123456789abcdef' }),
      }),
    },
    responses: {
      ...ok(itemReply(AcceptedDrift), 'Usual from `accepted_at` on.'),
      ...problems('invalid_request', 'not_found'),
    },
  },
  handle: postAcceptance,
};

async function postAcceptance(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const id = c.req.param('id') ?? '';
  if (!/^[0-9a-f]{16}$/.test(id)) throw invalid([{ path: 'id', message: 'must be the id of a drift' }]);
  const accepted = await accept(c.get('deps'), id);
  if (accepted === undefined)
    throw new AppError('not_found', `There is no drift ${id} now; GET /drift lists the current ones.`);
  return json({ data: acceptedObject(accepted), meta: meta(c, { sources: [accepted.source] }) });
}

/** The acceptance of a present drift, or the earlier acceptance of it. */
async function accept(deps: Deps, id: string): Promise<AcceptanceRow | undefined> {
  const sources = POLLED_SOURCES.map((source) => source.id);
  const { drifts, acceptances } = await presentDrift(deps, sources);
  const found = drifts.find((one) => one.id === id);
  if (found === undefined) return acceptances.find((one) => one.id === id);
  const { source, endpoint, drift } = found;
  const { field, status, was, is } = drift;
  const row = rowIn(
    await acceptDrift(deps.db, { id, source, contract: endpoint, field, status, was, became: is }),
  );
  deps.log.info('drift.accepted', { id, source, endpoint, field, status });
  return row;
}

const acceptedObject = ({ contract, became, ...row }: AcceptanceRow) => ({
  id: row.id,
  source: row.source,
  endpoint: contract,
  field: row.field,
  status: row.status,
  was: row.was,
  is: became,
  accepted_at: row.accepted_at,
});

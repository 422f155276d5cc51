import { askForLake } from '../../db/lake/progress.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import { sendAccepted } from '../send-accepted.ts';
import * as z from '../zod.ts';

export const writeLake: Endpoint = {
  method: 'post',
  path: '/lake',
  access: 'scheduler',
  spec: {
    tags: ['Ingestion'],
    summary: 'Write the parts that are due now',
    description:
      'Writes everything known by now, including the running day, whose later changes follow in a ' +
      'later part. Days that are over are written automatically once an hour. The work goes through' +
      ' the queue.',
    responses: {
      202: {
        description: 'Accepted.',
        content: { 'application/json': { schema: z.object({ status: z.literal('queued') }) } },
      },
      ...problems('invalid_request', 'not_configured'),
    },
  },
  handle: postLake,
};

async function postLake(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const deps = c.get('deps');
  if (deps.settings.LAKE !== 'on')
    throw new AppError('not_configured', 'The lake is off: set LAKE=on on the Worker.');
  await askForLake(deps.db);
  await sendAccepted(deps, { type: 'lake' });
  return json({ status: 'queued' }, { Location: '/lake' }, 202);
}

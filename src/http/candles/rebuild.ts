import { openRebuild } from '../../db/candles/rebuild.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import { sendAccepted } from '../send-accepted.ts';
import * as z from '../zod.ts';

export const rebuildCandles: Endpoint = {
  method: 'post',
  path: '/candles/rebuild',
  access: 'scheduler',
  spec: {
    tags: ['Ingestion'],
    summary: 'Rebuild all observed candles',
    description:
      'Loads keep candles up to date, so this is for repair. The work goes through the queue, in ' +
      'slices between loads, and resumes after an interruption. Candles whose observations were ' +
      'thinned do not change. A repeated request starts again.',
    responses: {
      202: {
        description: 'Accepted.',
        content: { 'application/json': { schema: z.object({ status: z.literal('queued') }) } },
      },
      ...problems('invalid_request'),
    },
  },
  handle: postRebuild,
};

async function postRebuild(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const deps = c.get('deps');
  await openRebuild(deps.db);
  await sendAccepted(deps, { type: 'rebuild_candles' });
  return json({ status: 'queued' }, {}, 202);
}

import { openRebuild } from '../../db/candles/rebuild.ts';
import { AppError } from '../../errors.ts';
import type { IngestMessage } from '../../ingest/queue/messages.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import * as z from '../zod.ts';

export const rebuildCandles: Endpoint = {
  method: 'post',
  path: '/candles/rebuild',
  access: 'scheduler',
  spec: {
    tags: ['Ingestion'],
    summary: 'Rebuild all observed candles',
    description:
      'Loads keep candles in step, so this is for repair. The work goes through the queue, in slices between ' +
      'loads, and goes on where it stood whatever breaks off. Candles whose observations were thinned stay as they ' +
      'are. A repeated request starts over.',
    responses: {
      202: {
        description: 'Accepted.',
        content: { 'application/json': { schema: z.object({ status: z.literal('queued') }) } },
      },
      ...problems('invalid_request', 'queue_unavailable'),
    },
  },
  handle: postRebuild,
};

async function postRebuild(c: HttpContext): Promise<Response> {
  readQuery(c, z.object({}));
  const { db, queue, log } = c.get('deps');
  await openRebuild(db);
  try {
    await queue.send({ type: 'rebuild_candles' } satisfies IngestMessage);
  } catch (error) {
    log.error('message.unsent', { reason: error instanceof Error ? error.message : 'unknown' });
    throw new AppError('queue_unavailable', 'The queue did not take the message. Ask for it again.', {
      retry_after_s: 5,
    });
  }
  return json({ status: 'queued' }, {}, 202);
}

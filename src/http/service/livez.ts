import type { Endpoint } from '../endpoint.ts';
import { json } from '../reply.ts';
import { ok } from '../responses.ts';
import * as z from '../zod.ts';

export const livez: Endpoint = {
  method: 'get',
  path: '/livez',
  access: 'open',
  spec: {
    tags: ['Service'],
    summary: 'The Worker runs',
    description: 'Touches neither the database nor the configuration.',
    responses: ok(z.object({ status: z.literal('ok') }), 'Alive.'),
  },
  handle: () => json({ status: 'ok' }),
};

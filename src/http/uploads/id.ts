import type { HttpContext } from '../context.ts';
import { invalid } from '../query.ts';
import * as z from '../zod.ts';

export const UploadParams = z.object({
  id: z.string().openapi({
    format: 'uuid',
    description: 'As POST /uploads gave it.',
    example: '6f1f6f0e-8d0f-4f6e-9d1b-0b8a5a2b7c11',
  }),
});

/** The upload that the path names. Throws `invalid_request` if it cannot be an id. */
export function uploadIdOf(c: HttpContext): string {
  const id = (c.req.param('id') ?? '').toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw invalid([{ path: 'id', message: 'must be the id of an upload, as in the reply of POST /uploads' }]);
}

import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { json, meta } from '../reply.ts';
import { problems } from '../responses.ts';
import * as z from '../zod.ts';
import { uploadLinks } from './object.ts';
import { UploadQuery } from './query.ts';
import { receiveUpload } from './receive.ts';
import { readUploadRequest } from './request.ts';
import { AcceptedUpload } from './schemas.ts';

export const uploadFile: Endpoint = {
  method: 'post',
  path: '/uploads',
  access: 'upload',
  spec: {
    tags: ['Uploads'],
    summary: 'Send a CSV file',
    description:
      'The body is the file itself (`curl -X POST -T FILE`, `fetch(url, { method: "POST", body: ' +
      'file })`), with its Content-Length, plain or with `Content-Encoding: gzip`. The queue ' +
      'ingests it; the upload shows the progress. The same bytes with the same parameters return ' +
      'the first upload, unless that failed or was withdrawn.',
    request: {
      query: UploadQuery,
      headers: z.object({
        'Content-Encoding': z
          .enum(['gzip', 'identity'])
          .optional()
          .openapi({ description: 'How the body travels.' }),
      }),
      body: {
        required: true,
        content: { 'text/csv': { schema: z.string().openapi({ format: 'binary' }) } },
      },
    },
    responses: {
      202: {
        description: 'Accepted, now or earlier.',
        headers: z.object({ Location: z.string().openapi({ description: 'The upload.' }) }),
        content: { 'application/json': { schema: AcceptedUpload } },
      },
      ...problems(
        'invalid_request',
        'incomplete_body',
        'conflict',
        'length_required',
        'payload_too_large',
        'unsupported_encoding',
      ),
    },
  },
  handle: postUpload,
};

const SAME =
  'These bytes were already sent with the same parameters: this is that upload, and nothing is ingested twice.';

async function postUpload(c: HttpContext): Promise<Response> {
  const receiving = receiveUpload(c.get('deps'), readUploadRequest(c));
  // If a client disconnects, bytes must not stay without their row, or a row without its message.
  c.executionCtx.waitUntil(receiving.catch(() => {}));
  const { id, status, run_id, fresh } = await receiving;
  const links = uploadLinks({ id, run_id });
  const body = { id, status, links, meta: meta(c, { warnings: fresh ? [] : [SAME] }) };
  return json(body, { Location: links.self }, 202);
}

import type { RouteConfig } from '@hono/zod-openapi';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { Problem } from './schemas.ts';
import * as z from './zod.ts';

type Responses = RouteConfig['responses'];

const HEADERS = z.object({
  'X-Request-Id': z.string().openapi({ description: 'Names the request in our logs.' }),
});

/** A JSON reply of status 200, for the document; `exports` adds the two streamed formats. */
export const ok = (
  schema: z.ZodType,
  description: string,
  { cached = false, exports = false }: { cached?: boolean; exports?: boolean } = {},
): Responses => ({
  200: {
    description,
    headers: HEADERS,
    content: {
      'application/json': { schema },
      ...(exports
        ? { 'text/csv': { schema: z.string() }, 'application/x-ndjson': { schema: z.string() } }
        : {}),
    },
  },
  ...(cached ? { 304: { description: 'The version that If-None-Match names is still the newest.' } } : {}),
});

/** Problem replies, for the document, grouped by status. */
export function problems(...codes: ErrorCode[]): Responses {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
}

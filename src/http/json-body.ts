import { AppError } from '../errors.ts';
import { brokenOff, withFault } from '../raw/faults.ts';
import type { HttpContext } from './context.ts';
import { invalid, problemsOf } from './query.ts';
import type * as z from './zod.ts';

const BODY_BYTES_MAX = 10_000;
/** If a long list repeats one fault, the first issues are enough. */
const ISSUES_MAX = 20;

/** The text of a small body, whatever its content type. Throws `payload_too_large` or `incomplete_body`. */
export async function bodyText(c: HttpContext, bytesMax = BODY_BYTES_MAX): Promise<string> {
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  let size_bytes = 0;
  for await (const chunk of sentBody(c)) {
    size_bytes += chunk.byteLength;
    if (size_bytes > bytesMax)
      throw new AppError('payload_too_large', `The body may have at most ${bytesMax} bytes.`);
    chunks.push(decoder.decode(chunk, { stream: true }));
  }
  return chunks.join('') + decoder.decode();
}

/** The body as it arrives; an incomplete body is a fault of the client. */
const sentBody = (c: HttpContext): AsyncIterable<Uint8Array> | [] =>
  c.req.raw.body === null ? [] : withFault(c.req.raw.body, brokenOff);

/** A small JSON body by its schema. The error for any other body shows `example`. Throws `invalid_request`. */
export async function readJsonBody<Schema extends z.ZodType>(
  c: HttpContext,
  schema: Schema,
  example: string,
  bytesMax?: number,
): Promise<z.output<Schema>> {
  const text = await bodyText(c, bytesMax);
  const result = schema.safeParse(parse(text, example));
  if (result.success) return result.data;
  throw invalid(problemsOf(result.error, 'body').slice(0, ISSUES_MAX));
}

function parse(text: string, example: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([{ path: 'body', message: `is not JSON; send ${example}` }]);
  }
}

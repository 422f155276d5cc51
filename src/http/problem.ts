import { AppError, ERRORS } from '../errors.ts';
import type { HttpContext } from './context.ts';

/** The only error body (RFC 9457). Logs our own faults; never shows the message of an unknown error. */
export function problem(c: HttpContext, thrown: unknown): Response {
  const error = asAppError(thrown);
  const { status, title } = ERRORS[error.code];
  if (status >= 500 && error.code !== 'not_configured')
    c.get('deps')?.log.error('request.failed', {
      request_id: c.get('request_id'),
      ...described(error, thrown),
    });
  const body = {
    type: `urn:cointape:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    instance: c.req.path,
    code: error.code,
    request_id: c.get('request_id'),
    ...error.extensions,
  };
  return new Response(JSON.stringify(body), { status, headers: headersOf(error) });
}

function headersOf(error: AppError): Headers {
  const headers = new Headers({ 'Content-Type': 'application/problem+json; charset=utf-8' });
  const { allow } = error.extensions;
  if (Array.isArray(allow)) headers.set('Allow', allow.join(', '));
  const { size_bytes } = error.extensions;
  if (error.code === 'range_not_satisfiable') headers.set('Content-Range', `bytes */${size_bytes}`);
  if (error.code === 'unauthorized') headers.set('WWW-Authenticate', 'Bearer realm="cointape"');
  if (error.retry_after_s !== undefined) headers.set('Retry-After', String(error.retry_after_s));
  return headers;
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(
    'internal',
    'Something went wrong on our side. The request id helps to find the cause.',
  );
}

// A message of the database driver would contain the statement and its parameters; our messages never do.
function described(error: AppError, thrown: unknown): Record<string, unknown> {
  const isUnexpected = thrown instanceof Error && !(thrown instanceof AppError);
  const cause = isUnexpected ? `${thrown.name}: ${thrown.message}` : undefined;
  return { code: error.code, message: error.message, cause };
}

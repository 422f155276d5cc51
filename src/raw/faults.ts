import { AppError } from '../errors.ts';
import { chunkReader } from './chunks.ts';

/** A failure of R2 as a transient fault; an AppError stays unchanged. */
export function storageFault(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('storage_unavailable', 'The object store cannot be reached now. Try again shortly.', {
    retry_after_s: 5,
    cause,
  });
}

/** Awaits a call of R2; its failure is a storageFault. */
export async function stored<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw storageFault(error);
  }
}

/** The fault for a request body that ends early. */
export const brokenOff = (cause: unknown): AppError =>
  new AppError('incomplete_body', 'The body broke off before its end. Send it again.', { cause });

/** A stream that passes on the chunks of another one, and its failure as `faultOf` describes it. */
export function withFault(
  body: ReadableStream<Uint8Array>,
  faultOf: (cause: unknown) => AppError,
): ReadableStream<Uint8Array> {
  const reader = chunkReader(body);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await reader.read();
          if (chunk === null) controller.close();
          else controller.enqueue(chunk);
        } catch (cause) {
          throw faultOf(cause);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

import type { FaultKind } from './faults.ts';
import type { Actor, World } from './world.ts';

/** The real bucket as one actor sees it: each call waits for its turn, and may fail before or after its effect. */
export function actorBucket(bucket: R2Bucket, world: World, actor: Actor): R2Bucket {
  const change = <T>(label: string, make: () => Promise<T>): Promise<T> =>
    world.operation(actor, 'store', label, (fault) => perform(fault, make));
  const calls = {
    put: (key: string, value: ReadableStream | ArrayBuffer, options?: R2PutOptions) =>
      value instanceof ReadableStream
        ? world.operation(actor, 'body', `put ${key}`, (fault) =>
            perform(fault, () => bucket.put(key, value)),
          )
        : change(`put ${key}`, () => bucket.put(key, value, options)),
    delete: (keys: string | string[]) => change(`delete ${keys}`, () => bucket.delete(keys)),
    head: (key: string) => change(`head ${key}`, () => bucket.head(key)),
    list: (options?: R2ListOptions) => change('list', () => bucket.list(options)),
    get: (key: string, options?: R2GetOptions) =>
      world.operation(actor, 'read', `get ${key}`, async (fault) => {
        if (fault === 'r2_read_failed') throw broken();
        const object = await bucket.get(key, options);
        return object && { key, size: object.size, body: await held(object.body, fault === 'r2_read_cut') };
      }),
    createMultipartUpload: (key: string) =>
      change(`begin ${key}`, async () => parts(await bucket.createMultipartUpload(key), change)),
  };
  return calls as unknown as R2Bucket;
}

type Change = <T>(label: string, make: () => Promise<T>) => Promise<T>;

const parts = (upload: R2MultipartUpload, change: Change) => ({
  uploadPart: (number: number, bytes: Uint8Array) =>
    change(`part ${number}`, () => upload.uploadPart(number, bytes)),
  complete: (list: R2UploadedPart[]) => change('complete', () => upload.complete(list)),
  abort: () => change('abort', () => upload.abort()),
});

const broken = () => new Error('put: We encountered an internal error. Please try again. (10001)');

async function perform<T>(fault: FaultKind | null, make: () => Promise<T>): Promise<T> {
  if (fault === 'r2_before') throw broken();
  const made = await make();
  if (fault === 'r2_after') throw broken();
  return made;
}

const CHUNK_BYTES = 64 * 1024;

/** The bytes of a stream, read at once and returned as a new stream, so no read depends on chance; or truncated. */
export async function held(
  stream: ReadableStream<Uint8Array>,
  isCut: boolean,
): Promise<ReadableStream<Uint8Array>> {
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const end = isCut ? Math.floor(bytes.length * 0.6) : bytes.length;
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at < end) {
        controller.enqueue(bytes.slice(at, Math.min(at + CHUNK_BYTES, end)));
        at += CHUNK_BYTES;
      } else if (isCut) controller.error(new Error('The connection was lost.'));
      else controller.close();
    },
  });
}

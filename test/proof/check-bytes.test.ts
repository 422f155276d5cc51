import { describe, expect, it } from 'vitest';
import { checkBytes } from '../../src/proof/check-bytes.ts';
import { createRawStore } from '../../src/raw/store.ts';
import { createUploadStore } from '../../src/raw/upload-store.ts';

const SHA256 = '492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470'; // of "a,b\n1,2\n"

/** The result of a proof with a bucket that answers in this way. */
async function problemOf(get: () => Promise<unknown>, encoding: 'gzip' | 'identity'): Promise<unknown> {
  const bucket = { get, head: async () => ({ size: 8 }) } as unknown as R2Bucket;
  const stores = { raw: createRawStore(bucket), uploads: createUploadStore(bucket) };
  const stored = { r2_key: 'raw/x', encoding, sha256: SHA256, size_bytes: 8, expired_at: null };
  return (await checkBytes(stores, stored, null)).problem?.code;
}

const gives =
  (...chunks: (string | Error)[]) =>
  async () => {
    const left = [...chunks];
    const body = new ReadableStream({
      pull(controller) {
        const next = left.shift();
        if (next === undefined) controller.close();
        else if (next instanceof Error) controller.error(next);
        else controller.enqueue(new TextEncoder().encode(next));
      },
    });
    return { body, size: 8 };
  };
const lost = new Error('We encountered an internal error. (10001)');

describe.each(['gzip', 'identity'] as const)('bytes stored as %s', (encoding) => {
  it('are not reported as corrupted when R2 fails', async () => {
    expect(await problemOf(() => Promise.reject(lost), encoding)).toBe('bytes_unavailable');
    expect(await problemOf(gives('a,b', lost), encoding)).toBe('bytes_unavailable');
  });

  it('are reported as corrupted when they differ', async () => {
    expect(await problemOf(gives('a,b\n1,3\n'), encoding)).toBe('bytes_corrupted');
  });
});

import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import type { Env } from '../../src/env.ts';
import { emptyBucket, ReadBucket } from '../support/read-bucket.ts';

const bucket = (env as unknown as Env).UPLOADS;
const SHA256 = {
  one: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
  two: '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
};

async function gzip(text: string): Promise<ArrayBuffer> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(packed).arrayBuffer();
}

beforeEach(() => emptyBucket(bucket));

test('an object that was read, and is then replaced or lost, is seen as it is now', async () => {
  const read = new ReadBucket(bucket);
  await bucket.put('a', 'one');
  expect(await (await read.hashes())('a', 'as it is')).toBe(SHA256.one);
  await bucket.put('a', 'two');
  expect(await (await read.hashes())('a', 'as it is')).toBe(SHA256.two);
  await bucket.delete('a');
  expect(await (await read.hashes())('a', 'as it is')).toBeNull();
});

test('an object that is kept gzipped has the hash of what it holds', async () => {
  await bucket.put('a', await gzip('two'));
  expect(await (await new ReadBucket(bucket).hashes())('a', 'gunzipped')).toBe(SHA256.two);
});

test('an emptied bucket holds nothing, however many pages it had', async () => {
  for (const key of ['a', 'b', 'c', 'd', 'e']) await bucket.put(key, '');
  await emptyBucket(bucket, 2);
  expect((await bucket.list()).objects).toEqual([]);
});

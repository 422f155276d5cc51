import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzip, NotGzip } from '../../src/raw/gunzip.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const joined = async (chunks: AsyncIterable<Uint8Array>) => {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk.slice());
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};
const gzip = async (content: Uint8Array) => {
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream('gzip') as never);
  return new Uint8Array(await new Response(packed as ReadableStream).arrayBuffer());
};
const concat = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** `packed` in chunks of these sizes, used in turn. */
async function* cut(packed: Uint8Array, sizes: readonly number[] = [packed.length]) {
  for (let from = 0, turn = 0; from < packed.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield packed.subarray(from, from + size);
    from += size;
  }
}

describe('gunzip', () => {
  it('returns the bytes of all members, with any cut into chunks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 200_000 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 6 }),
        async (contents, sizes) => {
          const packed = concat(...(await Promise.all(contents.map(gzip))));
          expect(await joined(gunzip(cut(packed, sizes)))).toEqual(concat(...contents));
        },
      ),
      { numRuns: 30 },
    ));

  it('continues if a member ends with a chunk', async () => {
    const [first, second] = [await gzip(bytes('a,b\n')), await gzip(bytes('1,2\n'))];
    const packed = concat(first, second);
    expect(await joined(gunzip(cut(packed, [first.length, second.length])))).toEqual(bytes('a,b\n1,2\n'));
  });

  it('treats zeros after the last member as padding', async () => {
    const packed = concat(await gzip(bytes('a,b\n')), new Uint8Array(20_000));
    expect(await joined(gunzip(cut(packed, [100])))).toEqual(bytes('a,b\n'));
  });

  it('returns a megabyte of zeros in pieces', async () => {
    const sizes: number[] = [];
    for await (const chunk of gunzip(cut(await gzip(new Uint8Array(1_000_000))))) sizes.push(chunk.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1_000_000);
    expect(Math.max(...sizes)).toBe(65_536);
  });

  const member = () => gzip(bytes('a,b\n1,2\n'));
  it.each<[string, () => Promise<Uint8Array>]>([
    ['what is no gzip', async () => bytes('a,b\n1,2\n')],
    ['nothing', async () => new Uint8Array()],
    ['a member that is cut off', async () => (await member()).subarray(0, -1)],
    ['a second member that is cut off', async () => concat(await member(), (await member()).subarray(0, 12))],
    ['other bytes behind a member', async () => concat(await member(), bytes('trailing'))],
    ['a zlib stream', async () => Uint8Array.of(0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01)],
    [
      'a wrong checksum',
      async () => (await member()).map((byte, at, all) => (at === all.length - 8 ? byte ^ 1 : byte)),
    ],
    [
      'a wrong length',
      async () => (await member()).map((byte, at, all) => (at === all.length - 1 ? byte ^ 1 : byte)),
    ],
  ])('refuses %s', async (_, make) => {
    await expect(joined(gunzip(cut(await make(), [5])))).rejects.toBeInstanceOf(NotGzip);
  });
});

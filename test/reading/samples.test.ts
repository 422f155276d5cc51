import { expect, it } from 'vitest';
import { readSamples } from '../../src/reading/samples.ts';

/** A file in memory, and the requested ranges of it. */
function fileOf(text: string) {
  const bytes = new TextEncoder().encode(text);
  const asked: [number, number | undefined][] = [];
  return {
    asked,
    file: {
      size_bytes: bytes.length,
      delimiter: null,
      bytesFrom: async (offset: number, length?: number) => {
        asked.push([offset, length]);
        return new Blob([bytes.subarray(offset, length && offset + length)]).stream();
      },
    },
  };
}

const row = (index: number) => `2024-03-01,${String(index).padStart(7, '0')}\n`;
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(index)).join('');

it('is all of a small file', async () => {
  const { file, asked } = fileOf(`date,price\n${rows(100)}`);
  const head = await readSamples(file);
  expect(head).toMatchObject({ is_whole: true, pieces: [] });
  expect(head.records).toHaveLength(101);
  expect(asked).toEqual([[0, undefined]]);
});

it('is the head, the tail and whole records between them', async () => {
  const { file, asked } = fileOf(`date,price\n${rows(100_000)}`);
  const head = await readSamples(file);
  expect(head.is_whole).toBe(false);
  expect(head.records).toHaveLength(1_000);
  expect(asked.slice(1)).toEqual([
    [475_002, 16_384],
    [950_004, 16_384],
    [1_425_008, 16_384],
    [1_883_626, 16_385],
  ]);
  expect(head.pieces).toHaveLength(4);
  for (const piece of head.pieces)
    for (const { cells, line } of piece) {
      expect(cells).toEqual(['2024-03-01', expect.stringMatching(/^\d{7}$/)]);
      expect(line).toBe(0);
    }
  expect(head.pieces.at(-1)?.at(-1)?.cells).toEqual(['2024-03-01', '0099999']);
});

it('has no pieces of a file whose records contain line ends', async () => {
  const { file } = fileOf(`date,price,note\n${`2024-03-01,1,"a\nb"\n`.repeat(20_000)}`);
  expect(await readSamples(file)).toMatchObject({ is_whole: false, pieces: [] });
});

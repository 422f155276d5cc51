import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packParts } from '../../../scripts/upload/pack-parts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cointape-parts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLENTY = { packed_bytes: 1e12, plain_bytes: 1e12 };

async function* chunked(content: Buffer, size = 64 * 1024) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function pack(content: Buffer, limits = PLENTY) {
  const texts: string[] = [];
  const parts = [];
  for await (const part of packParts(chunked(content), folder, limits)) {
    parts.push(part);
    texts.push(gunzipSync(readFileSync(part.path)).toString('utf8'));
  }
  return { parts, texts };
}

// Digits that gzip can hardly compress, with line feeds inside quotes.
function table(lines: number): string[] {
  let seed = 1;
  const digits = () => {
    seed = (seed * 48271) % 2147483647;
    return `${seed}${(seed * 7919) % 2147483647}`;
  };
  return Array.from({ length: lines }, (_, at) => `${at},"a\nb",${digits()},${digits()},${digits()}\n`);
}

it('keeps a small file unchanged', async () => {
  const { parts, texts } = await pack(Buffer.from('\ufeffa,b\r\n1,2'));
  expect(texts).toEqual(['\ufeffa,b\r\n1,2']);
  expect(parts).toMatchObject([{ number: 1, plain_bytes: 11 }]);
});

it('keeps a file without header or line end unchanged: the Worker reports its fault', async () => {
  expect((await pack(Buffer.from('nothing'))).texts).toEqual(['nothing']);
  const utf16 = Buffer.from('\ufeffa,b\n1,2\n', 'utf16le');
  const [part] = (await pack(utf16)).parts;
  expect(gunzipSync(readFileSync(part?.path ?? '')).equals(utf16)).toBe(true);
});

it('makes no part of an empty file', async () => {
  expect((await pack(Buffer.alloc(0))).parts).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

it('cuts a large file between records, each part with banner and header, none above the limit', async () => {
  const preamble = '\ufeffhttps://example.com\nid,note,x,y,z\n';
  const lines = table(100_000);
  const limits = { packed_bytes: 2_000_000, plain_bytes: 1e12 };
  const { parts, texts } = await pack(Buffer.from(preamble + lines.join('')), limits);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.map(({ number }) => number)).toEqual(parts.map((_, at) => at + 1));
  expect(Math.max(...parts.map(({ packed_bytes }) => packed_bytes))).toBeLessThanOrEqual(2_000_000);
  expect(parts.map(({ path, packed_bytes }) => readFileSync(path).length === packed_bytes)).not.toContain(
    false,
  );
  expect(texts.every((text) => text.startsWith(preamble) && text.endsWith('\n'))).toBe(true);
  expect(texts.map((text) => text.slice(preamble.length)).join('') === lines.join('')).toBe(true);
  expect(texts.every((text) => /^\d+,"a\nb",\d+,\d+,\d+\n/.test(text.slice(preamble.length)))).toBe(true);
});

it('cuts by the unpacked size too', async () => {
  const content = `a,b\n${'0,0\n'.repeat(2_000_000)}`;
  const { parts } = await pack(Buffer.from(content), { packed_bytes: 1e12, plain_bytes: 3_000_000 });
  expect(parts.length).toBeGreaterThan(2);
  expect(Math.max(...parts.map(({ plain_bytes }) => plain_bytes))).toBeLessThanOrEqual(3_000_000);
});

it.each([
  [
    'UTF-16',
    Buffer.from(`\ufeffa,b\n${'1,2\n'.repeat(600_000)}`, 'utf16le'),
    /it is UTF-16; save it as UTF-8/,
  ],
  ['no line end at all', Buffer.from('a,b'.repeat(1_000_000)), /no header at its beginning/],
  ['a quote left open', Buffer.from(`a,b\n"${'1,2\n'.repeat(1_000_000)}`), /is a quote left open/],
])('says why a large file cannot be cut: %s', async (_, content, reason) => {
  await expect(pack(content, { packed_bytes: 1e12, plain_bytes: 2_000_000 })).rejects.toThrow(reason);
});

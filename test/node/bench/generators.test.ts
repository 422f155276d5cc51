import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HEADER, hourRecords, writeLoadFile } from '../../../scripts/bench/load-file.ts';
import { markets, TICKERS, tickers } from '../../../scripts/bench/upstream-replies.ts';

const START_MS = Date.UTC(2026, 0, 1);

test('a load file has the requested number of records, and no key twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cointape-bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'load.csv');
  await writeLoadFile(path, 12_345);
  const text = readFileSync(path, 'utf8');
  expect(text.startsWith(HEADER)).toBe(true);
  const records = text.slice(HEADER.length).trimEnd().split('\n');
  expect(records).toHaveLength(12_345);
  expect(new Set(records.map((record) => record.split(',', 2).join())).size).toBe(12_345);
});

test('its records are plain', () => {
  expect(hourRecords(1, 102)).toEqual([
    '2024-01-01T01:00:00Z,coin-1,C1,Synthetic Coin 1,60029.99950000,1140569990500.05,18609299845.00,0.4992\n',
    '2024-01-01T01:00:00Z,coin-2,C2,Synthetic Coin 2,31270.24776693,594134707571.61,9693776807.75,4.4560\n',
  ]);
});

test('the replies of the upstreams have the size of the real ones', () => {
  const text = tickers(1, START_MS);
  const records = JSON.parse(text) as { id: string; last_updated: string }[];
  expect(new Set(records.map(({ id }) => id)).size).toBe(TICKERS);
  expect(records[0]?.last_updated).toBe('2026-01-01T00:01:00Z');
  expect(text.length).toBeGreaterThan(2_500_000);
  expect(JSON.parse(markets(4, 1, START_MS))).toHaveLength(250);
});

test('each epoch has a new instant and new prices', () => {
  const [before, after] = [1, 2].map((epoch) => JSON.parse(markets(1, epoch, START_MS))[0]);
  expect(after.last_updated).not.toBe(before.last_updated);
  expect(after.current_price).not.toBe(before.current_price);
});

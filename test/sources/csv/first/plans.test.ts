/// <reference types="vite/client" />
import { expect, it } from 'vitest';
import { readCsv } from '../../../../src/reading/csv.ts';
import { parsePlan, rowReader } from '../../../../src/sources/csv/index.ts';
import type { Reading } from '../../../../src/sources/source.ts';
import kept from './plans.json';

// Plans as a release kept them that wrote no version, and what it read by them: every later release has to read the same.

const files = import.meta.glob('../../../fixtures/csv/*/*.csv', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

it.each(kept.map((one) => [one.file, one] as const))(
  'reads %s as it was read',
  async (_, { file, from, plan, readings }) => {
    const text = files[`../../../fixtures/csv/${file}.csv`] ?? '';
    const bytes = new TextEncoder().encode(text).subarray(from.byte_offset);
    const parsed = parsePlan(plan);
    expect(parsed).toMatchObject({ version: 1, dialect: plan.dialect, header_records: plan.header_records });
    const read = rowReader(parsed);
    const seen: Reading[] = [];
    const { encoding, delimiter } = parsed;
    for await (const records of readCsv(new Blob([bytes]).stream(), { encoding, delimiter, ...from }))
      seen.push(...records.map(read));
    expect(JSON.parse(JSON.stringify(seen))).toEqual(readings);
  },
);

/// <reference types="vite/client" />
import { expect, it } from 'vitest';
import { readCsv } from '../../../../src/reading/csv.ts';
import { parsePlan, rowReader } from '../../../../src/sources/csv/index.ts';
import type { Reading } from '../../../../src/sources/source.ts';
import kept from './plans.json';

// Plans as stored by a release without plan versions, and the rows that it read with them: every later release must
// read the same.

const files = import.meta.glob('../../../fixtures/csv/*/*.csv', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

it.each(kept.map((one) => [one.file, one] as const))(
  'reads %s as before',
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

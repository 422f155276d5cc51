import { describe, expect, it } from 'vitest';
import docs from '../../../docs/csv.md?raw';
import { COLUMN_ROLES, NO_READING_HINTS } from '../../../src/domain/files/parameters.ts';
import { REJECT_CODES } from '../../../src/domain/reject.ts';
import { CSV_FAULTS, type CsvFaultCode } from '../../../src/sources/csv/fault.ts';
import { TIME_FAULTS } from '../../../src/sources/csv/forms/time-faults.ts';
import { DIALECTS } from '../../../src/sources/csv/index.ts';

/** The cells of the first table after a heading, without its header. */
function tableBelow(heading: string): string[][] {
  const text = docs.slice(docs.indexOf(`\n${heading}`));
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|---'));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return lines.slice(start + 1, end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const codesOf = (heading: string) => tableBelow(heading).map(([code = '']) => code.replaceAll('`', ''));
const sorted = (words: Iterable<string>) => [...words].sort();

describe('docs/csv.md', () => {
  it('explains the meaning of a date before anything else', () => {
    expect(docs.match(/^## .*$/m)?.[0]).toBe('## What a date means');
  });

  it('has a row for each reader, and no other', () => {
    expect(sorted(codesOf('## Readers'))).toEqual(sorted(DIALECTS.map(({ id }) => id)));
    expect(tableBelow('## Readers').filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([]);
  });

  it('has every parameter about the form of a file, and every role', () => {
    const parameters = codesOf('## Parameters');
    expect(Object.keys(NO_READING_HINTS).filter((name) => !parameters.includes(name))).toEqual([]);
    const roles = tableBelow('## Parameters').find(([name]) => name === '`columns`')?.[2] ?? '';
    expect([...roles.matchAll(/`(\w+)`/g)].map(([, role]) => role)).toEqual([...COLUMN_ROLES]);
  });

  it('has each fault with its meaning and its cure, and no other', () => {
    expect(sorted(codesOf('## Faults'))).toEqual(sorted(Object.keys(CSV_FAULTS)));
    for (const [code = '', meaning, cure = ''] of tableBelow('## Faults')) {
      const fault = CSV_FAULTS[code.replaceAll('`', '') as CsvFaultCode];
      const named = [...cure.matchAll(/`(\w+)=`/g)].map(([, name]) => name);
      expect([code, meaning, named]).toEqual([code, fault.meaning, [...fault.parameters]]);
      expect(cure).not.toBe('');
    }
  });

  it('has each reason to reject a row, and no other', () => {
    expect(sorted(codesOf('## Rejects'))).toEqual(sorted(REJECT_CODES));
    for (const [code = '', meaning = ''] of tableBelow('## Rejects')) {
      const fault = TIME_FAULTS[code.replaceAll('`', '') as keyof typeof TIME_FAULTS];
      if (fault !== undefined) expect(meaning).toBe(`an instant: ${fault.meaning}`);
    }
  });
});

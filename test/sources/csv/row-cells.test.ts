import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/sources/csv/dialect.ts';
import { carefulCellReader, cellReader, quickCellReader } from '../../../src/sources/csv/row-cells.ts';

const ROLES: Role[] = ['instant', 'external_id', 'symbol', 'name', 'price', 'volume_usd'];

const formOf = (dialect: string, is_export = false) => ({
  is_escaped: dialect === 'canonical',
  columns: ROLES.map((role, at) => ({ role, at, key: `column ${role}` })),
  is_export,
});

const record = (cells: string[]) => ({
  cells,
  raw: cells.join(','),
  byte_offset: 0,
  byte_length: 1,
  line: 1,
  quotes_broken: false,
  next_offset: 2,
  next_line: 2,
});

describe('reading cells', () => {
  it('reads fitting cells without a contract', () => {
    const cells = ['2025-01-10', "'=id", ' btc ', '', '1.50e3', 'NULL'];
    expect(quickCellReader(formOf('canonical'))(record(cells))).toEqual({
      instant: '2025-01-10',
      external_id: '=id',
      symbol: 'BTC',
      name: null,
      price: '1500',
      volume_usd: null,
    });
  });

  it.each([
    ['a figure that is none', ['', 'a', '', '', 'x', '']],
    ['a long symbol', ['', 'a', 'x'.repeat(201), '', '1', '']],
    ['half a character', ['', 'a\ud800', '', '', '1', '']],
  ])('leaves %s to the contract', (_, cells) => {
    expect(quickCellReader(formOf('canonical'))(record(cells))).toBeNull();
    expect(cellReader(formOf('canonical'))(record(cells))).toHaveProperty('code');
  });

  it('is the same in both ways, for any cells', () => {
    const written = fc.oneof(
      fc.constantFrom(
        '',
        'null',
        'Null',
        '0',
        '-0',
        '1.50',
        '+1',
        '.5',
        '1e9',
        '1e999',
        '1,234.5',
        '67.69K',
        '-',
      ),
      fc.constantFrom('2025-01-10', "'=x", "'x", ' padded ', 'btc', '\t', 'x'.repeat(250), 'x'.repeat(350)),
      fc.double().map(String),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    const dialects = fc.constantFrom('canonical', 'coingecko', 'investing', 'kaggle');
    fc.assert(
      fc.property(dialects, fc.boolean(), fc.array(written, { maxLength: 7 }), (dialect, isExport, cells) => {
        if (cells.some((cell) => cell.includes('\0'))) return; // rejected before its cells are read
        const quick = quickCellReader(formOf(dialect, isExport))(record(cells));
        const general = carefulCellReader(formOf(dialect, isExport))(record(cells));
        expect(quick === null).toBe('code' in general || general.is_unreadable === true);
        if (quick !== null) expect(quick).toEqual(general);
      }),
      { numRuns: 1_000 },
    );
  });
});

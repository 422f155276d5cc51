import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowObject, rowWriter, type ValueField } from '../../../src/http/row-fields.ts';

interface Row {
  name: string | null;
  price: string | null;
  flags: string[];
}
const FIELDS: ValueField<Row>[] = [
  { name: 'name', type: 'text', read: (row) => row.name },
  { name: 'price', type: 'decimal', read: (row) => row.price },
  { name: 'flags', type: 'words', read: (row) => row.flags },
];

test('a row as JSON keeps every digit and escapes its texts', () => {
  const row = { name: 'a "b"\n\u2028', price: '12345678901234567890.1200', flags: ['stale', 'x'] };
  expect(rowWriter(FIELDS, 'number')(row)).toBe(
    '{"name":"a \\"b\\"\\n\u2028","price":12345678901234567890.1200,"flags":["stale","x"]}',
  );
  expect(rowWriter(FIELDS, 'string')({ ...row, name: null })).toBe(
    '{"name":null,"price":"12345678901234567890.1200","flags":["stale","x"]}',
  );
  expect(rowWriter(FIELDS.slice(1), 'string')({ ...row, price: null })).toBe(
    '{"price":null,"flags":["stale","x"]}',
  );
});

test('it is the text of the object', () => {
  const rows = fc.record<Row>({
    name: fc.option(fc.string({ unit: 'binary' })),
    price: fc.option(fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?$/)),
    flags: fc.array(fc.string()),
  });
  fc.assert(
    fc.property(rows, fc.constantFrom('number' as const, 'string' as const), (row, decimals) => {
      expect(rowWriter(FIELDS, decimals)(row)).toBe(JSON.stringify(rowObject(row, FIELDS, decimals)));
    }),
  );
});

import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { rowsText } from '../../../src/http/data/export.ts';
import { acceptedFormat } from '../../../src/http/data/request.ts';
import type { Field } from '../../../src/http/row-fields.ts';
import { chooseColumns, chooseMembers, columnsOf } from '../../../src/http/tables/columns.ts';
import * as z from '../../../src/http/zod.ts';

const Item = z.object({
  id: z.number(),
  name: z.string().nullable(),
  price: z.union([z.number(), z.string()]).nullable(),
  flags: z.array(z.enum(['stale', 'sandbox'])),
  words: z.array(z.string()).nullable(),
  rows: z.object({ read: z.number() }),
  notes: z.array(z.object({ code: z.string() })),
  done: z.boolean().optional(),
});
const COLUMNS = columnsOf(Item);
const csv = (row: Record<string, unknown>, columns = COLUMNS) =>
  rowsText({ fields: columns, format: 'csv', decimals: 'number' }, [row], true);

const ROW = {
  id: 7,
  name: '=1+1',
  price: JSON.rawJSON('-12345678901234567890.1200'),
  flags: ['stale', 'sandbox'],
  words: null,
  rows: { read: 3, cap: JSON.rawJSON('1.500') },
  notes: [],
};

test('columns are in the order of the schema; texts are safe, numbers unchanged, objects JSON', () => {
  expect(csv(ROW)).toBe(
    'id,name,price,flags,words,rows,notes,done\r\n' +
      `7,'=1+1,-12345678901234567890.1200,stale|sandbox,,"{""read"":3,""cap"":1.500}","[]",\r\n`,
  );
});

test('the requested fields, in that order, in every format', () => {
  const columns = chooseColumns(COLUMNS, ['price', 'id']);
  expect(csv(ROW, columns)).toBe('price,id\r\n-12345678901234567890.1200,7\r\n');
  expect(rowsText({ fields: columns, format: 'ndjson', decimals: 'number' }, [ROW], true)).toBe(
    '{"price":-12345678901234567890.1200,"id":7}\n',
  );
  expect(JSON.stringify(chooseMembers(ROW, ['price', 'done']))).toBe(
    '{"price":-12345678901234567890.1200,"done":null}',
  );
});

describe('any contents of a row', () => {
  const json = fc.jsonValue();
  const row = fc.record({
    id: fc.integer(),
    name: fc.option(fc.string({ unit: 'binary' })),
    flags: fc.array(fc.constantFrom('stale', 'sandbox')),
    rows: fc.dictionary(fc.string(), json).map((object) => ({ ...object })),
    notes: fc.array(json),
    done: fc.option(fc.boolean()),
  });

  test('every line has all cells, and they give the row back', () => {
    fc.assert(
      fc.property(row, (value) => {
        const [header = [], cells = [], ...more] = Papa.parse<string[]>(csv(value), {
          delimiter: ',',
          newline: '\r\n',
        }).data;
        expect(more).toEqual([['']]);
        expect(cells).toHaveLength(header.length);
        const cell = (name: string) => cells[header.indexOf(name)] ?? '';
        expect(cell('id')).toBe(String(value.id));
        expect(cell('name').replace(/^'/, '')).toBe((value.name ?? '').replace(/^'/, ''));
        expect(cell('flags')).toBe(value.flags.join('|'));
        expect(JSON.parse(cell('rows'))).toEqual(JSON.parse(JSON.stringify(value.rows)));
        expect(JSON.parse(cell('notes'))).toEqual(JSON.parse(JSON.stringify(value.notes)));
        expect(cell('done')).toBe(value.done === null ? '' : String(value.done));
      }),
    );
  });
});

test('a row with one empty cell is a line that readers do not skip', () => {
  const price: Field<{ price: string | null }> = { name: 'price', type: 'decimal', read: (row) => row.price };
  const writing = { fields: [price], format: 'csv', decimals: 'number' } as const;
  expect(rowsText(writing, [{ price: '1.5' }, { price: null }], true)).toBe('price\r\n1.5\r\n""\r\n');
});

test('JSON in a cell has its digits in the requested form', () => {
  const row: Field<object> = { name: 'row', type: 'json', read: (_, decimals) => `{"as":"${decimals}"}` };
  const writing = { fields: [row], format: 'csv', decimals: 'string' } as const;
  expect(rowsText(writing, [{}], false)).toBe('"{""as"":""string""}"\r\n');
});

test.each([
  ['text/csv;q=0.5, application/json', 'json'],
  ['text/csv;q=0', 'json'],
  ['application/json;q=0.1, text/csv', 'csv'],
  ['application/x-ndjson, text/csv', 'ndjson'],
  ['text/html, */*', 'json'],
])('Accept: %s means %s', (accept, format) => {
  expect(acceptedFormat(accept)).toBe(format);
});

import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { observations } from '../../../src/db/schema.ts';
import { render } from '../../../src/db/sql/render.ts';

const named = (name: string): SQL =>
  sql`o.symbol = ${name} and o.kind = any(${sql.param(['spot', 'bar'])}::text[])`;

const CASES: [string, SQL, string, unknown[]][] = [
  ['text alone', sql`select 1`, 'select 1', []],
  ['nothing', sql``, '', []],
  ['raw text', sql`select ${sql.raw('o.id, o.kind')}`, 'select o.id, o.kind', []],
  [
    'every kind of plain value',
    sql`${'a'} ${1.5} ${true} ${null} ${10n}`,
    '$1 $2 $3 $4 $5',
    ['a', 1.5, true, null, 10n],
  ],
  ['a null parameter', sql`${sql.param(null)}::int`, '$1::int', [null]],
  [
    'statements within statements, numbered through',
    sql`select ${1}::int where ${named('BTC')} and (${sql.join([named('ETH'), sql`${'x'}`], sql` or `)}) limit ${50}`,
    'select $1::int where o.symbol = $2 and o.kind = any($3::text[]) ' +
      'and (o.symbol = $4 and o.kind = any($5::text[]) or $6) limit $7',
    [1, 'BTC', ['spot', 'bar'], 'ETH', ['spot', 'bar'], 'x', 50],
  ],
  ['what looks like a parameter', sql`select '$1', ${'$2'}`, "select '$1', $1", ['$2']],
];

describe('a statement becomes text and parameters', () => {
  it.each(CASES)('%s', (_, statement, text, params) => {
    expect(render(statement)).toEqual({ text, params });
  });

  it.each(CASES)('%s, as drizzle does it', (_, statement) => {
    const { sql: text, params } = new PgDialect().sqlToQuery(statement);
    expect(render(statement)).toEqual({ text, params });
  });

  it.each<[string, SQL]>([
    ['an identifier', sql`${sql.identifier('kind')}`],
    ['a table', sql`select * from ${observations}`],
    ['a column', sql`${observations.kind}`],
    ['a list', sql`${'a'} in ${['b', 'c']}`],
    ['nothing', sql`${undefined}`],
    ['an object', sql`${{ a: 1 }}`],
  ])('but not with %s in it', (_, statement) => {
    expect(() => render(statement)).toThrow(TypeError);
  });
});

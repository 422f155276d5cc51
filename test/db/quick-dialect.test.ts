import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { QuickDialect } from '../../src/db/quick-dialect.ts';
import { observations } from '../../src/db/schema.ts';

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
  ['an identifier', sql`${1} ${sql.identifier('kind')} ${2}`, '$1 "kind" $2', [1, 2]],
  [
    'a table and a column',
    sql`${1} ${observations} ${observations.kind}`,
    '$1 "observations" "observations"."kind"',
    [1],
  ],
  ['a list', sql`${'a'} in ${['b', 'c']}`, '$1 in ($2, $3)', ['a', 'b', 'c']],
  ['a chunk left out', sql`${1} ${sql.param('x')} ${undefined}`, '$1 $2 ', [1, 'x']],
];

describe('a statement becomes text and parameters', () => {
  it.each(CASES)('%s', (_, statement, text, params) => {
    const { sql: rendered, params: given } = new QuickDialect().sqlToQuery(statement);
    expect([rendered, given]).toEqual([text, params]);
  });

  it.each(CASES)('%s, as drizzle does it', (_, statement) => {
    const { sql: text, params } = new PgDialect().sqlToQuery(statement);
    expect(new QuickDialect().sqlToQuery(statement)).toMatchObject({ sql: text, params });
  });
});

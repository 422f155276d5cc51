import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CellKind, type DeclaredStatement, declaredStatements } from '../../statements/declared.ts';
import { merged, note, type SeenStatements } from '../../statements/seen.ts';
import { faultsOf } from '../../statements/watch.ts';

const BOOLEAN = 16;
const INT = 23;
const TEXT = 25;
const TEXTS = 1009;

describe('the statements of src', () => {
  const declared = declaredStatements();

  it('each have a unique name that can be in a SQL comment', () => {
    const names = declared.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(names.filter((name) => !/^[a-z0-9_-]+\.[a-z0-9_.-]+$/.test(name))).toEqual([]);
    expect(names.filter((name) => name.startsWith('test.'))).toEqual([]);
  });

  it('are all found', () => {
    const calls = declared.map(({ place }) => place.split(':')[0] ?? '');
    for (const file of new Set(calls)) {
      const text = readFileSync(file, 'utf8');
      const wanted = text.match(/\b(db\s*\.execute|return unlessCurrent)\b/g)?.length;
      expect([file, calls.filter((other) => other === file).length]).toEqual([file, wanted]);
    }
  });

  it('declare the types of their columns', () => {
    const rowOf = (name: string) =>
      Object.fromEntries(
        [...(declared.find((statement) => statement.name === name)?.row ?? [])].map(([column, kinds]) => [
          column,
          [...kinds].sort(),
        ]),
      );
    expect(rowOf('leases.take')).toEqual({ token: ['null', 'string'], busy_seconds: ['null', 'string'] });
    // A page is rows or one row of nulls.
    expect(rowOf('runs.page')).toMatchObject({
      total: ['string'],
      id: ['null', 'string'],
      status: ['null', 'string'],
      anomalies: ['array', 'null'],
    });
    expect(rowOf('uploads.start')).toMatchObject({ hints: ['object'], plan: ['any'], next_line: ['number'] });
    expect(rowOf('identity.compare-prices')).toMatchObject({ aligned: ['number'], is_pegged: ['boolean'] });
    expect(declared.find(({ name }) => name === 'runs.finish')?.row).toBeNull();
  });
});

describe('a result is compared with its row type', () => {
  const statement = (row: Record<string, (CellKind | 'any')[]> | null): DeclaredStatement => ({
    name: 'runs.one',
    place: 'runs.ts:1',
    row: row && new Map(Object.entries(row).map(([column, kinds]) => [column, new Set(kinds)])),
  });
  const faults = (
    row: Parameters<typeof statement>[0],
    columns: Record<string, number>,
    ...rows: (string | null)[][]
  ) => {
    const seen: SeenStatements = new Map();
    const fields = Object.entries(columns).map(([name, dataTypeID]) => ({ name, dataTypeID }));
    note(seen, 'select /* runs.one */', { fields: fields as never, rows });
    return faultsOf([statement(row)], seen, true).map((line) => line.replace('runs.one (runs.ts:1) ', ''));
  };

  it('and may be as declared', () => {
    expect(faults({ id: ['string'], n: ['number', 'null'] }, { id: TEXT, n: INT }, ['a', '1'])).toEqual([]);
    expect(
      faults({ tags: ['array'], is_open: ['boolean'] }, { tags: TEXTS, is_open: BOOLEAN }, ['{a}', 't']),
    ).toEqual([]);
    expect(faults({ plan: ['any'], late: ['string', 'absent'] }, { plan: INT }, ['1'])).toEqual([]);
    expect(faults(null, { guard: BOOLEAN }, ['t'])).toEqual([]);
  });

  it('and may lack a column, or have one too many', () => {
    expect(faults({ id: ['string'], name: ['string'] }, { id: TEXT, title: TEXT })).toEqual([
      'does not give name',
      'gives title, which its row type lacks',
    ]);
    expect(faults(null, { id: TEXT })).toEqual(['gives id, and has no row type']);
  });

  it('and may have other values', () => {
    expect(faults({ id: ['string'], n: ['number'] }, { id: INT, n: INT }, ['1', '2'], ['3', null])).toEqual([
      'id is number, not string',
      'n is null, not number',
    ]);
  });

  it('from either of the databases', () => {
    const parts = ['1', null].map((cell) => {
      const seen: SeenStatements = new Map();
      note(seen, 'select /* runs.one */', {
        fields: [{ name: 'n', dataTypeID: INT }] as never,
        rows: [[cell]],
      });
      return seen;
    });
    expect(faultsOf([statement({ n: ['number'] })], merged(parts), true)).toEqual([
      'runs.one (runs.ts:1) n is null, not number',
    ]);
  });

  it('and a statement that never runs, or is unknown, is reported', () => {
    expect(faultsOf([statement(null)], new Map(), true)).toEqual(['runs.one (runs.ts:1) was run by no test']);
    expect(faultsOf([statement(null)], new Map(), false)).toEqual([]);
    const seen: SeenStatements = new Map();
    note(seen, 'select /* runs.two */', { fields: [], rows: [] });
    note(seen, 'select /* test.rows */', { fields: [], rows: [] });
    expect(faultsOf([], seen, false)).toEqual(['runs.two is not in src']);
  });
});

import type { TestProject } from 'vitest/node';
import { type DeclaredStatement, declaredStatements } from './declared.ts';
import { merged, type SeenStatement, type SeenStatements } from './seen.ts';

/** Throws if a result contradicts its row type; after a run of all files also if a statement never ran. */
export async function checkStatements(project: TestProject, seen: readonly SeenStatements[]): Promise<void> {
  const all = merged(seen);
  if (all.size === 0) return;
  const faults = faultsOf(declaredStatements(), all, await ranAll(project));
  if (faults.length > 0) throw new Error(`Statements and their row types differ:\n${faults.join('\n')}`);
}

/** Whether every test with a database ran: then every statement should have run. */
async function ranAll(project: TestProject): Promise<boolean> {
  if (project.name !== 'worker') return false;
  const { testFiles } = await project.globTestFiles();
  const ran = new Set(project.vitest.state.getFilepaths());
  return project.config.testNamePattern === undefined && testFiles.every((file) => ran.has(file));
}

/** A line for every difference between a statement and its declaration. */
export function faultsOf(
  declared: readonly DeclaredStatement[],
  seen: SeenStatements,
  ranAll: boolean,
): string[] {
  const known = new Map(declared.map((statement) => [statement.name, statement]));
  const unknown = [...seen.keys()].filter((name) => !known.has(name)).map((name) => `${name} is not in src`);
  const differing = declared.flatMap((statement) => {
    const found = seen.get(statement.name);
    const about = `${statement.name} (${statement.place})`;
    if (found === undefined) return ranAll ? [`${about} was run by no test`] : [];
    return differences(statement, found).map((difference) => `${about} ${difference}`);
  });
  return [...unknown, ...differing];
}

function differences({ row }: DeclaredStatement, { columns, results }: SeenStatement): string[] {
  const given = [...results].map((names) => JSON.parse(names) as string[]);
  if (row === null) return given.flatMap(unread).map((name) => `gives ${name}, and has no row type`);
  const needed = [...row].filter(([, kinds]) => !kinds.has('absent')).map(([name]) => name);
  const missing = needed.filter((name) => given.some((names) => !names.includes(name)));
  const extra = [...new Set(given.flat())].filter((name) => !row.has(name));
  const other = [...columns].flatMap(([name, kinds]) => {
    const allowed = row.get(name);
    if (allowed === undefined || allowed.has('any')) return [];
    const strange = [...kinds].filter((kind) => !allowed.has(kind));
    return strange.length === 0
      ? []
      : [`${name} is ${strange.join(' and ')}, not ${[...allowed].join(' or ')}`];
  });
  return [
    ...missing.map((name) => `does not give ${name}`),
    ...extra.map((name) => `gives ${name}, which its row type lacks`),
    ...other,
  ];
}

/** The column of a guard has no meaning: the guard raises an error, or passes. */
const unread = (names: string[]): string[] => names.filter((name) => name !== 'guard');

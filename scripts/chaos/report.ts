import type { Reporter, TestCase } from 'vitest/node';

/** The report of a seed. */
interface Played {
  steps: number;
  faults: Record<string, number>;
  statuses: Record<string, number>;
}

export interface Totals {
  healed: number;
  failed: string[];
  faults: Map<string, number>;
  statuses: Map<string, number>;
}

/** A line for each seed when it ends, the story of a seed that did not heal, and the sums. */
export function createReport(print: (line: string) => void): { reporter: Reporter; totals: Totals } {
  const totals: Totals = { healed: 0, failed: [], faults: new Map(), statuses: new Map() };
  const onTestCaseResult = (test: TestCase) => {
    const { chaos } = test.meta() as { chaos?: Played };
    const { state, errors = [] } = test.result();
    const faults = Object.values(chaos?.faults ?? {}).reduce((sum, count) => sum + count, 0);
    const seconds = ((test.diagnostic()?.duration ?? 0) / 1000).toFixed(1);
    const how = state === 'passed' ? 'healed' : 'DID NOT HEAL';
    print(`${test.name.padEnd(12)} ${how}  ${faults} faults, ${chaos?.steps ?? 0} steps, ${seconds} s`);
    add(totals.faults, chaos?.faults);
    add(totals.statuses, chaos?.statuses);
    if (state === 'passed') totals.healed += 1;
    else totals.failed.push(test.name);
    for (const error of errors) print(error.message.replace(/^/gm, '    '));
  };
  return { reporter: { onTestCaseResult }, totals };
}

function add(sums: Map<string, number>, counts: Record<string, number> = {}): void {
  for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
}

/** The sums, as lines. */
export function summary({ healed, failed, faults, statuses }: Totals): string[] {
  const list = (counts: Map<string, number>) =>
    [...counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => `  ${name.padEnd(20)} ${count}`);
  const injected = [...faults.values()].reduce((sum, count) => sum + count, 0);
  return [
    '',
    `${healed} seeds healed, ${failed.length} did not${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
    `${injected} faults`,
    ...list(faults),
    'replies of the API meanwhile',
    ...list(statuses),
  ];
}

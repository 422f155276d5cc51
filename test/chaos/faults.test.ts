import { beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { emptyDatabase, testDeps } from '../support/deps.ts';
import { NO_FAULTS, planFaults } from './faults.ts';
import { brokenInvariants } from './invariants.ts';
import { Play } from './play.ts';
import { createRandom } from './random.ts';
import { phases } from './scenario.ts';
import { differences, type Snapshot, takeSnapshot } from './snapshot.ts';

declare module 'vitest' {
  interface TaskMeta {
    chaos?: { steps: number; faults: Record<string, number>; statuses: Record<string, number> };
  }
}

const { seed: first, seeds, phases: played, parallel, control } = inject('chaos');
const disturb = control === null ? null : async (how: string) => void (await fetch(`${control}/${how}`));

/** Of a line in the story of a failed seed. */
const LINE_CHARS_MAX = 400;

const clean = new Map<string, Snapshot[]>();

beforeEach(emptyDatabase);

/** Plays all phases; the snapshots after each. */
async function playThrough(play: Play, size: 'short' | 'long'): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const phase of phases(size).slice(0, played ?? undefined)) {
    await play.phase(phase);
    await play.heal(phase);
    snapshots.push(await takeSnapshot(testDeps()));
  }
  return snapshots;
}

async function cleanRun(size: 'short' | 'long', timeless: boolean): Promise<Snapshot[]> {
  const name = `${size} ${timeless}`;
  const known = clean.get(name);
  if (known !== undefined) return known;
  const play = new Play({ seed: 0, faults: NO_FAULTS, clean: true, timeless, parallel: 1, disturb: null });
  const snapshots = await playThrough(play, size);
  expect(await brokenInvariants(testDeps())).toEqual([]);
  clean.set(name, snapshots);
  await emptyDatabase();
  return snapshots;
}

describe('recovers from any fault to the state of a clean run', () => {
  for (const seed of Array.from({ length: seeds }, (_, i) => first + i))
    it(`seed ${seed}`, { timeout: 180_000 }, async ({ task }) => {
      const size = seed % 4 === 0 ? 'long' : 'short';
      const faults = planFaults(seed, control !== null);
      const timeless = !faults.movesClocks;
      const wanted = await cleanRun(size, timeless);
      const jitter = vi.spyOn(Math, 'random').mockImplementation(createRandom(seed).next);
      const play = new Play({ seed, faults, clean: false, timeless, parallel, disturb });
      try {
        const healed = await playThrough(play, size);
        const faulty = wanted.flatMap((snapshot, phase) =>
          differences(snapshot, healed[phase] ?? {}).map((line) => `phase ${phase}: ${line}`),
        );
        const found = [...faulty, ...(await brokenInvariants(testDeps()))];
        if (found.length > 0) throw new Error(`It did not heal to the clean state.\n${found.join('\n')}`);
      } catch (error) {
        const lines = [...String(error).split('\n'), howToRepeat(seed), ...play.world.story];
        throw new Error(lines.map((line) => line.slice(0, LINE_CHARS_MAX)).join('\n'));
      } finally {
        jitter.mockRestore();
        task.meta.chaos = {
          steps: play.world.steps,
          faults: Object.fromEntries(play.world.counts),
          statuses: Object.fromEntries(play.clients.statuses),
        };
      }
    });
});

const howToRepeat = (seed: number) =>
  `Again: npm run chaos -- --seed ${seed} --seeds 1${parallel > 1 ? ' --postgres' : ''}. What went wrong, by step:`;

import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { Env } from '../../src/env.ts';
import { emptyDatabase, testDeps } from '../support/deps.ts';
import { emptyBucket, ReadBucket } from '../support/read-bucket.ts';
import { takeAnswers } from './answers.ts';
import { differencesOfCopy } from './copy.ts';
import { type FaultPlan, planFaults, withoutFaults } from './faults.ts';
import { installGlobals } from './former-globals.ts';
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

/** The longest line in the story of a failed seed. */
const LINE_CHARS_MAX = 400;

const clean = new Map<string, Snapshot[]>();

let restoreGlobals = () => {};
beforeAll(() => {
  restoreGlobals = installGlobals();
});
afterAll(() => restoreGlobals());
// A database that the previous seed crashed may need a moment.
beforeEach(() => vi.waitFor(emptyWorld, { timeout: 60_000, interval: 500 }));

const bucket = (env as unknown as Env).UPLOADS;
async function emptyWorld(): Promise<void> {
  await emptyDatabase();
  await emptyBucket(bucket);
}

/** Plays all phases. Returns the contents of the database and the answers of the API after each. */
async function playThrough(play: Play, { size, ageless }: Variant): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  const read = new ReadBucket(bucket);
  for (const phase of phases(size).slice(0, played ?? undefined)) {
    await play.phase(phase);
    await play.heal(phase);
    snapshots.push({
      ...(await takeSnapshot(testDeps(), { bucket: read, ageless })),
      ...(await takeAnswers({ ageless })),
    });
  }
  return snapshots;
}

interface Variant {
  size: 'short' | 'long';
  /** Readings are of the present, so their age when fetched depends on the faults. */
  ageless: boolean;
}

async function cleanRun(plan: FaultPlan, variant: Variant): Promise<Snapshot[]> {
  const faults = withoutFaults(plan);
  const name = JSON.stringify([variant, faults]);
  const known = clean.get(name);
  if (known !== undefined) return known;
  const snapshots = await playThrough(
    new Play({ seed: 0, faults, clean: true, parallel: 1, disturb: null }),
    variant,
  );
  expect([...(await brokenInvariants(testDeps())), ...(await differencesOfCopy())]).toEqual([]);
  clean.set(name, snapshots);
  await emptyWorld();
  return snapshots;
}

describe('recovers from any fault to the state of a clean run', () => {
  for (const seed of Array.from({ length: seeds }, (_, i) => first + i))
    it(`seed ${seed}`, { timeout: played === null ? 1_800_000 : 180_000 }, async ({ task }) => {
      const faults = planFaults(seed, control !== null);
      const variant: Variant = {
        size: seed % 4 === 0 ? 'long' : 'short',
        ageless: typeof faults.apart?.upstream_ms === 'number',
      };
      const wanted = await cleanRun(faults, variant);
      const jitter = vi.spyOn(Math, 'random').mockImplementation(createRandom(seed).next);
      const play = new Play({ seed, faults, clean: false, parallel, disturb });
      try {
        const healed = await playThrough(play, variant);
        const faulty = wanted.flatMap((snapshot, phase) =>
          differences(snapshot, healed[phase] ?? {}).map((line) => `phase ${phase}: ${line}`),
        );
        const found = [...faulty, ...(await brokenInvariants(testDeps())), ...(await differencesOfCopy())];
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

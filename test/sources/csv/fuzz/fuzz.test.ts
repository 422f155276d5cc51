/// <reference types="vite/client" />
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from './judge.ts';
import { made } from './world.ts';

// VITE_CSV_FUZZ=20000 npx vitest run --project unit test/sources/csv/fuzz
const RUNS = Number(import.meta.env.VITE_CSV_FUZZ ?? 300);

it('reads any table as what it was made from, or says what it has to be told', async () => {
  await fc.assert(
    fc.asyncProperty(made, async (file) => {
      const verdict = await judge(file);
      if (verdict.wrong.length > 0)
        throw new Error(
          `${verdict.wrong.slice(0, 3).join('; ')}\n${file.filename} ${JSON.stringify(verdict)}\n${file.text.slice(0, 600)}`,
        );
      expect(verdict.wrong).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}, 600_000);

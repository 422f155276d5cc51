/// <reference types="vite/client" />
import fc from 'fast-check';
import { it } from 'vitest';
import { judge } from './judge.ts';
import { vendorFile } from './vendors.ts';
import { type Made, made } from './world.ts';

// VITE_CSV_FUZZ=20000 npx vitest run --project unit test/sources/csv/fuzz
const RUNS = Number(import.meta.env.VITE_CSV_FUZZ ?? 300);

const findsNothingWrong = async (file: Made) => {
  const verdict = await judge(file);
  if (verdict.wrong.length > 0)
    throw new Error(
      `${verdict.wrong.slice(0, 3).join('; ')}\n${file.filename} ${JSON.stringify(verdict)}\n${file.text.slice(0, 600)}`,
    );
};

/** A table of several coins, sent with a parameter that names one of them. */
const misnamed = made
  .filter(({ rows }) => new Set(rows.map(({ coin }) => coin)).size > 1)
  .map((file) => {
    const symbol = file.rows[0]?.coin.symbol ?? '';
    return { ...file, answers: { ...file.answers, symbol }, told: [...file.told, 'symbol'] };
  });

it.each([
  ['any table', made],
  ['a table of several coins that symbol= says to be one', misnamed],
  ["a vendor's file, as it is or as a spreadsheet saved it", vendorFile],
])(
  'reads %s as its original rows, or names the missing parameter',
  async (_, files) => {
    await fc.assert(fc.asyncProperty(files, findsNothingWrong), { numRuns: RUNS });
  },
  600_000,
);

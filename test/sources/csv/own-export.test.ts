import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ObservationRow } from '../../../src/db/observations/row.ts';
import { FIGURES, recordOf } from '../../../src/domain/figures.ts';
import { NO_READING_HINTS } from '../../../src/domain/files/parameters.ts';
import { instantOfMicros } from '../../../src/domain/instant.ts';
import { FLAGS, KINDS } from '../../../src/domain/observation.ts';
import { chooseFields } from '../../../src/http/data/fields.ts';
import { rowCells } from '../../../src/http/row-fields.ts';
import { readCsv, readHead } from '../../../src/reading/csv.ts';
import { CsvFault, type CsvHints, planUpload, rowReader } from '../../../src/sources/csv/index.ts';

const HINTS: CsvHints = {
  filename: 'data.csv',
  asset: null,
  symbol: null,
  dialect: null,
  venue: null,
  quote: null,
  observed_at: null,
  ...NO_READING_HINTS,
};

const FIELDS = chooseFields(null, { history: false, page: true });

async function exportAndRead(rows: ObservationRow[]) {
  const lines = [FIELDS.map(({ name }) => name), ...rows.map((row) => rowCells(row, FIELDS, 'number'))];
  const stream = () => new Blob([lines.map((cells) => `${cells.join(',')}\r\n`).join('')]).stream();
  const plan = planUpload(await readHead(stream()), HINTS, []);
  if (plan instanceof CsvFault) throw plan;
  const readings = [];
  for await (const slice of readCsv(stream(), { ...plan, byte_offset: 0, line: 1 }))
    readings.push(...slice.map(rowReader(plan)));
  return readings.slice(plan.header_records);
}

const text = fc.string({
  unit: fc.constantFrom('a', 'Z', '=', '+', "'", '"', ',', ' ', '\t', '\r', '\n', 'é', '😀'),
});
const label = fc.option(text.filter((word) => word !== ''));
const amount = fc.option(
  fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 30n }), fc.nat(9)).map(([n, m]) => `${n}.${m}0`),
);
const row = fc.record({
  source: fc.constantFrom('csv', 'coingecko'),
  external_id: text.map((word) => `${word}x`.toLowerCase()),
  symbol: label.map((word) => word?.toUpperCase() ?? null),
  name: label,
  kind: fc.constantFrom(...KINDS),
  observed_at: fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n }).map(instantOfMicros),
  ...recordOf(FIGURES, () => amount),
  price_usd: amount.map((decimal) => decimal ?? '1'),
  percent_change_24h: amount.map((decimal) => decimal && `-${decimal}`),
  flags: fc.subarray([...FLAGS]),
});

it('round-trips unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (facts) => {
      const rest = {
        listing_id: 1,
        revision: 1,
        known_at: '2026-01-10T10:00:00Z',
        superseded_at: null,
        asset_id: null,
      };
      const readings = await exportAndRead(facts.map((fact) => ({ ...fact, ...rest })));
      const expected = facts.map(({ source, external_id, ...said }) => ({
        ...said,
        // Polled data and the same data in a file are two series.
        external_id: source === 'csv' ? external_id : `canonical:${source}:${external_id}`,
        page: null,
        pointer: expect.stringMatching(/^bytes=\d+-\d+;line=\d+$/),
      }));
      expect(readings).toEqual(expected.map((observation) => ({ type: 'observation', observation })));
    }),
    { numRuns: 100 },
  );
});

import { expect, test } from 'vitest';
import { headerAndRows } from '../../../src/db/observations/page-header.ts';

const SENT = {
  at: ['2026-01-01T00:00:00', '2025-01-01T00:00:00.5', null, null] as [string, string, null, null],
  total: 3,
};
const HEADER = {
  current_version: '2026-01-01T00:00:00Z',
  version: '2025-01-01T00:00:00.5Z',
  horizon: null,
  removed_at: null,
  total: 3,
  unknown_refs: null,
  ambiguous: null,
  late: null,
  lake_parts: null,
};

test('rows come in their order, whatever order the database returned', () => {
  const page = headerAndRows<{ listing_id: number }>([
    { header: null, position: '10', listing_id: 7 },
    { header: null, position: '2', listing_id: 8 },
    { header: SENT, position: '1', listing_id: 9 },
  ]);
  expect(page.header).toEqual(HEADER);
  expect(page.rows.map((row) => row.listing_id)).toEqual([9, 8, 7]);
});

test('an empty page has a header and no rows', () => {
  const page = headerAndRows<{ listing_id: number }>([{ header: SENT, position: null, listing_id: null }]);
  expect(page).toEqual({ header: HEADER, rows: [] });
});

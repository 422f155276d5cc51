import { expect, test } from 'vitest';
import { framed } from '../../../src/db/observations/page-frame.ts';

const SENT = {
  at: ['2026-01-01T00:00:00', '2025-01-01T00:00:00.5', null, null] as [string, string, null, null],
  total: 3,
};
const FRAME = {
  current_version: '2026-01-01T00:00:00Z',
  version: '2025-01-01T00:00:00.5Z',
  horizon: null,
  removed_at: null,
  total: 3,
  unknown_refs: null,
  ambiguous: null,
  late: null,
};

test('rows come in their order, whatever the database gave first', () => {
  const page = framed<{ listing_id: number }>([
    { frame: null, position: '10', listing_id: 7 },
    { frame: null, position: '2', listing_id: 8 },
    { frame: SENT, position: '1', listing_id: 9 },
  ]);
  expect(page.frame).toEqual(FRAME);
  expect(page.rows.map((row) => row.listing_id)).toEqual([9, 8, 7]);
});

test('an empty page has a frame and no rows', () => {
  const page = framed<{ listing_id: number }>([{ frame: SENT, position: null, listing_id: null }]);
  expect(page).toEqual({ frame: FRAME, rows: [] });
});

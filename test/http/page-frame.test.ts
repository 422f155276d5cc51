import { expect, test } from 'vitest';
import { framed } from '../../src/http/page-frame.ts';

const FRAME = {
  current_version: '2026-01-01T00:00:00Z',
  version: '2026-01-01T00:00:00Z',
  total: 3,
  unknown_refs: null,
  ambiguous: null,
  late: null,
  horizon: null,
  removed_at: null,
};

test('rows come in their order, whatever the database gave first', () => {
  const page = framed<{ listing_id: number }>([
    { frame: null, position: '10', listing_id: 7 },
    { frame: null, position: '2', listing_id: 8 },
    { frame: FRAME, position: '1', listing_id: 9 },
  ]);
  expect(page.frame).toBe(FRAME);
  expect(page.rows.map((row) => row.listing_id)).toEqual([9, 8, 7]);
});

test('an empty page has a frame and no rows', () => {
  const page = framed<{ listing_id: number }>([{ frame: FRAME, position: null, listing_id: null }]);
  expect(page).toEqual({ frame: FRAME, rows: [] });
});

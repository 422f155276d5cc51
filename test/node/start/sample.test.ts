import { expect, test } from 'vitest';
import { resultOf } from '../../../scripts/start/sample.ts';

const ROWS = { read: 90, inserted: 90, duplicate: 0, rejected: 0 };
const FAULT = { code: 'too_many_rejects', message: 'Nothing was taken.' };

test.for([
  [
    { status: 'succeeded', error: null, is_repeat: false },
    'succeeded: 90 read, 90 inserted, 0 duplicate, 0 rejected',
  ],
  [{ status: 'succeeded', error: null, is_repeat: true }, 'is already loaded'],
  [
    { status: 'failed', error: FAULT, is_repeat: true },
    'failed: 90 read, 90 inserted, 0 duplicate, 0 rejected: Nothing was taken. (too_many_rejects)',
  ],
] as const)('the sample of a start: %o', ([upload, text]) => {
  expect(resultOf({ ...upload, rows: ROWS })).toBe(text);
});

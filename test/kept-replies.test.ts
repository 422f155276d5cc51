import { expect, it } from 'vitest';
import { type KeptReply, keptReplies } from '../src/kept-replies.ts';

const BYTES = 1_000_000;
const NOW = Date.UTC(2025, 0, 10);
const reply = (chars: number): KeptReply => ({
  tag: 'W/"1"',
  headers: [],
  before: 'x'.repeat(chars),
  after: '',
  kept_ms: NOW,
});
const store = () => {
  const kept = keptReplies(BYTES);
  if (kept === null) throw new Error('It keeps nothing.');
  return kept;
};

it('keeps what fits, the least recently used leave first', () => {
  const kept = store();
  // 8,997 characters and a key of three, at two bytes, and 2,000 for the entry: 20,000 bytes each.
  for (let i = 0; i < 50; i += 1) kept.set(`/${i}`.padEnd(3), reply(8997));
  expect(kept.get('/0 ', NOW)).not.toBeNull();
  kept.set('/50', reply(8997));
  expect([kept.get('/0 ', NOW) === null, kept.get('/1 ', NOW) === null]).toEqual([false, true]);
  expect(Array.from({ length: 49 }, (_, i) => kept.get(`/${i + 2}`.padEnd(3), NOW)).includes(null)).toBe(
    false,
  );
});

it('a reply replaces the earlier one of its key and its size', () => {
  const kept = store();
  for (let i = 0; i < 200; i += 1) kept.set('/same', reply(8000 + i));
  expect(kept.get('/same', NOW)?.before.length).toBe(8199);
  for (let i = 0; i < 49; i += 1) kept.set(`/${i}`.padEnd(3), reply(8997));
  expect(kept.get('/same', NOW)?.before.length).toBe(8199);
});

it('a reply of more than a 32nd of the memory is not kept, nor is the earlier one', () => {
  const kept = store();
  kept.set('/', reply(14_624)); // 31,250 bytes with its key and entry
  expect(kept.get('/', NOW)).not.toBeNull();
  kept.set('/', reply(14_625));
  expect(kept.get('/', NOW)).toBeNull();
});

it('a reply is of no use ten minutes later, or with a clock that went back as far', () => {
  const kept = store();
  kept.set('/', reply(1));
  const at = (ms: number) => kept.get('/', NOW + ms) !== null;
  expect([at(600_000), at(600_001), at(-600_000), at(-600_001)]).toEqual([true, false, true, false]);
});

it('keeps nothing in 0 bytes', () => {
  expect(keptReplies(0)).toBeNull();
});

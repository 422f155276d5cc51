import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { judgeFields, toldLoss, type Usual } from '../../../src/domain/drift/usual-share.ts';

const usual = (share: number, replies = 5): Usual => ({ shares: { cap: share }, replies });
const judge = (unknown: number, records: number, known: Usual, isOpen = false) =>
  judgeFields({ records, unknowns: { cap: unknown } }, ['cap'], {
    usual: known,
    open: new Set(isOpen ? ['cap'] : []),
  });

test.for([
  ['as usual', 50, 1_000, 0.05, false, false],
  ['a little more', 149, 1_000, 0.05, false, false],
  ['a tenth of the records more', 150, 1_000, 0.05, false, true],
  ['all, where none is usual', 1, 1, 0, false, true],
  ['all, where nearly all is usual and some values should be', 250, 250, 0.95, false, true],
  ['all, where a value or two is usual', 250, 250, 0.99, false, false],
  ['all, as ever', 250, 250, 1, false, false],
  ['nearly as usual again', 100, 1_000, 0.05, true, true],
  ['as usual again', 99, 1_000, 0.05, true, false],
  ['still gone, where nearly all is usual', 250, 250, 0.99, true, true],
] as const)('%s', ([, unknown, records, share, isOpen, isLost]) => {
  const verdict = judge(unknown, records, usual(share), isOpen);
  expect(verdict?.lost.map(({ field }) => field)).toEqual(isLost ? ['cap'] : []);
  expect(Object.keys(verdict?.learned ?? {})).toEqual(isLost ? [] : ['cap']);
});

test('the service learns from the first reply, even if it lacks fields', () => {
  const verdict = judgeFields({ records: 4, unknowns: { cap: 4 } }, ['cap', 'price'], {
    usual: { shares: {}, replies: 0 },
    open: new Set(),
  });
  expect(verdict).toEqual({ lost: [], learned: { cap: 1, price: 0 } });
});

test('a reply without records changes nothing', () => {
  expect(judge(0, 0, usual(0))).toBeNull();
});

test('the usual share follows only replies without a lost field', () => {
  expect(judge(9, 100, usual(0, 1))?.learned).toEqual({ cap: 0.045 });
  expect(judge(9, 100, usual(0, 99))?.learned).toEqual({ cap: 0.0045 });
  expect(judge(100, 100, usual(0.02))).toEqual({
    lost: [{ field: 'cap', share: 1, usual_share: 0.02 }],
    learned: {},
  });
});

test('names of fields are data', () => {
  const verdict = judgeFields({ records: 1, unknowns: {} }, ['constructor', 'toString'], {
    usual: { shares: {}, replies: 3 },
    open: new Set(),
  });
  expect(verdict?.lost).toEqual([]);
});

it('stays lost until it returns, for any time', () => {
  const loss = fc.array(fc.integer({ min: 15, max: 100 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }), loss, (before, lost) => {
      let known: Usual = { shares: {}, replies: 0 };
      let isOpen = false;
      const next = (unknown: number) => {
        const verdict = judge(unknown, 100, known, isOpen);
        known = { shares: { ...known.shares, ...verdict?.learned }, replies: known.replies + 1 };
        isOpen = verdict?.lost.length === 1;
        return isOpen;
      };
      expect([0, ...before].map(next)).not.toContain(true);
      const usually = known.shares.cap;
      expect(lost.map(next)).not.toContain(false);
      expect(known.shares.cap).toBe(usually);
      expect(next(4)).toBe(false);
    }),
  );
});

test('is described in words', () => {
  expect(toldLoss({ field: 'cap', share: 1, usual_share: 0.031 })).toBe(
    'cap is unknown in 100 % of the records, where 3 % are usual.',
  );
});

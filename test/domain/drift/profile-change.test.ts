import { describe, expect, it, test } from 'vitest';
import type { ContractField } from '../../../src/domain/drift/contract-field.ts';
import { findDrift } from '../../../src/domain/drift/profile-change.ts';
import { nameLikeness } from '../../../src/domain/drift/rename.ts';
import type { SeenShape } from '../../../src/domain/drift/seen-shapes.ts';
import { describeShape } from '../../../src/domain/drift/shape.ts';
import { readJson } from '../../../src/reading/json.ts';

const CONTRACT: ContractField[] = [
  { field: 'id', takes: ['text'], required: true, is_map: false, is_strict: true, of_some_plans: false },
  {
    field: 'price',
    takes: ['number', 'text'],
    required: false,
    is_map: false,
    is_strict: true,
    of_some_plans: false,
  },
  {
    field: 'quotes',
    takes: ['object'],
    required: true,
    is_map: false,
    is_strict: true,
    of_some_plans: false,
  },
  {
    field: 'quotes.cap',
    takes: ['number', 'text'],
    required: false,
    is_map: false,
    is_strict: false,
    of_some_plans: false,
  },
  {
    field: 'platforms',
    takes: ['object'],
    required: false,
    is_map: true,
    is_strict: false,
    of_some_plans: false,
  },
];
const FIRST =
  '{"id":"a","price":1.5,"quotes":{"cap":1000},"platforms":{"eth":"0x1"},"rank":7,"updated":"2025-01-10T10:00:00Z"}';

/** Twenty equal records, seen on this day of January. */
function seen(day: number, record: string, endpoint = 'coins?page=1'): SeenShape {
  const body = readJson(new TextEncoder().encode(`[${Array(20).fill(record).join(',')}]`)) as unknown[];
  const at = `2025-01-${String(day).padStart(2, '0')}T00:00:00Z`;
  return {
    endpoint,
    ...describeShape(body),
    first_seen_at: at,
    last_seen_at: at,
    first_sha256: `sha-${day}`,
    first_run_id: day,
  };
}
const driftTo = (record: string) => findDrift(CONTRACT, [seen(1, FIRST), seen(2, record)]);
const without = (name: string) => JSON.stringify({ ...JSON.parse(FIRST), [name]: undefined });
const withField = (name: string, value: unknown) => JSON.stringify({ ...JSON.parse(FIRST), [name]: value });

test('unchanged fields and unread fields are not drift', () => {
  expect(driftTo(FIRST)).toEqual([]);
  expect(driftTo(withField('rank', null))).toEqual([]);
  expect(driftTo(withField('platforms', { sol: 'x', bsc: 'y' }))).toEqual([]);
});

test.for([
  [
    'a new field',
    withField('volume', 5),
    { field: 'volume', status: 'added', is_read: false, was: 'absent', share_of_records: 1 },
  ],
  [
    'a gone field',
    without('price'),
    {
      field: 'price',
      status: 'gone',
      is_read: true,
      is_breaking: false,
      is: 'absent',
      share_of_records: 0,
      last_seen_at: '2025-01-01T00:00:00Z',
    },
  ],
  ['a gone id', without('id'), { field: 'id', status: 'gone', is_breaking: true }],
  ['a gone object, once', without('quotes'), { field: 'quotes', status: 'gone', is_breaking: true }],
  [
    'a gone field of no use',
    without('rank'),
    { field: 'rank', status: 'gone', is_read: false, is_breaking: false },
  ],
  [
    'a number that is quoted',
    withField('price', '1.5'),
    {
      field: 'price',
      status: 'type_changed',
      is_breaking: false,
      was: 'number, usually 10^0 to 10^1, never negative',
      is: 'number as text',
    },
  ],
  [
    'a number that is a word',
    withField('price', 'n/a'),
    { field: 'price', status: 'type_changed', is_breaking: true, is: 'text' },
  ],
  [
    'a number that is a list',
    withField('price', [1]),
    { field: 'price', status: 'type_changed', is_breaking: true },
  ],
  [
    'a time of another form',
    withField('updated', 'Jan 10'),
    { field: 'updated', status: 'type_changed', is_breaking: false, was: 'instant as text' },
  ],
  [
    'cents for dollars',
    withField('price', 150),
    { field: 'price', status: 'range_changed', is_breaking: false },
  ],
  ['a negative price', withField('price', -1), { field: 'price', status: 'range_changed' }],
] as const)('%s', ([, record, expected]) => {
  const drifts = driftTo(record).filter(({ field }) => !field.endsWith('[]'));
  expect(drifts).toHaveLength(1);
  expect(drifts).toMatchObject([
    { ...expected, first_seen_at: '2025-01-02T00:00:00Z', first_sha256: 'sha-2', first_run_id: 2 },
  ]);
});

test('a field of the contract that no payload had is missing since the first payload', () => {
  expect(findDrift(CONTRACT, [seen(1, without('price'))])).toMatchObject([
    {
      field: 'price',
      status: 'gone',
      was: 'number or text, by the contract',
      first_sha256: 'sha-1',
      last_seen_at: null,
    },
  ]);
});

test('a field of some plans is missing only after it was present', () => {
  const contract = CONTRACT.map((read) => ({ ...read, of_some_plans: read.field === 'price' }));
  expect(findDrift(contract, [seen(1, without('price'))])).toEqual([]);
  expect(findDrift(contract, [seen(1, FIRST), seen(2, without('price'))])).toMatchObject([
    { field: 'price', status: 'gone', last_seen_at: '2025-01-01T00:00:00Z' },
  ]);
});

test('drift that has ended is not shown', () => {
  const back = { ...seen(1, FIRST), last_seen_at: '2025-01-03T00:00:00Z' };
  expect(findDrift(CONTRACT, [back, seen(2, without('price'))])).toEqual([]);
});

describe('pages of one list', () => {
  it('have the fields that one of them has', () => {
    const pages = [seen(1, FIRST), seen(1, without('rank'), 'coins?page=2')];
    expect(findDrift(CONTRACT, pages)).toEqual([]);
  });

  it('drift as one', () => {
    const more = withField('volume', 5);
    const pages = [1, 2].flatMap((page) => [
      seen(1, FIRST, `coins?page=${page}`),
      seen(page + 1, more, `coins?page=${page}`),
    ]);
    expect(findDrift(CONTRACT, pages)).toMatchObject([
      { field: 'volume', first_seen_at: '2025-01-02T00:00:00Z', endpoints: ['coins?page=1', 'coins?page=2'] },
    ]);
  });

  it('are forgotten when nobody requests them any more', () => {
    const pages = [seen(20, FIRST), seen(1, withField('price', 'n/a'), 'coins?page=4')];
    expect(findDrift(CONTRACT, pages)).toEqual([]);
  });
});

describe('a rename', () => {
  it('is proposed on both sides, and never more than once', () => {
    const renamed = FIRST.replace('"price"', '"price_usd"').replace('"rank"', '"market_rank"');
    const [price, other] = [
      { confidence: 0.92, because: 'names alike to 85 %, same type, values alike to 100 %' },
      { confidence: 0.92 },
    ];
    expect(Object.fromEntries(driftTo(renamed).map(({ field, rename }) => [field, rename]))).toMatchObject({
      price: { field: 'price_usd', ...price },
      price_usd: { field: 'price', ...price },
      rank: { field: 'market_rank', ...other },
      market_rank: { field: 'rank', ...other },
    });
  });

  it.for([
    ['another name', 'liquidity', 1.5],
    ['another type', 'price_usd', true],
    ['another size under half a name', 'prize', 1_500_000],
  ] as const)('is not proposed for %s', ([, name, value]) => {
    const record = JSON.stringify({ ...JSON.parse(FIRST), price: undefined, [name]: value });
    const proposed = driftTo(record).filter(({ rename }) => rename !== null);
    expect(proposed).toEqual([]);
  });
});

test.for([
  ['price', 'price', 1],
  ['price', 'price_usd', 0.85],
  ['marketCap', 'market_cap', 1],
  ['quotes.USD.price', 'price', 0.9],
  ['volume_24h', 'vol24h', 0.62],
  ['currency', 'price_change_percentage_1h_in_currency', 0.35],
  ['high_24h', 'circulating_supply', 0],
] as const)('the likeness of %s and %s is %d', ([a, b, likeness]) => {
  expect(nameLikeness(a, b)).toBeCloseTo(likeness, 1);
  expect(nameLikeness(b, a)).toBe(nameLikeness(a, b));
});

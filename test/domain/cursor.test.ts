import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CursorPayload, decodeCursor, encodeCursor } from '../../src/domain/cursor.ts';

const payload: CursorPayload = {
  v: 1,
  filter: '9f86d081',
  version: '2026-01-10T10:00:00.123456Z',
  sort: 'created_at:desc',
  after: ['2026-01-10T10:00:00Z', 17, null, 'btc-bitcoin'],
};
const encode = (value: unknown) => encodeCursor(value as CursorPayload);

it('round-trips unchanged', () => {
  expect(decodeCursor(encodeCursor(payload))).toEqual(payload);
});

it('fits a URL unchanged, whatever its content', () => {
  const after = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null)), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(
      after.filter((values) => !values.some((v) => typeof v === 'string' && v.includes('\0'))),
      (values) => {
        const text = encodeCursor({ ...payload, after: values });
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(text)).toEqual({ ...payload, after: values });
      },
    ),
  );
});

it.each([
  ['nothing', ''],
  ['words', 'zzz'],
  ['not base64', 'a+b/c='],
  ['a length base64 cannot have', 'abcde'],
  ['bytes that are not UTF-8', btoa('\xff\xfe')],
  ['JSON of another kind', btoa('[]')],
  ['half of one', encodeCursor(payload).slice(0, 40)],
  ['another version', encode({ ...payload, v: 2 })],
  ['a field missing', encode({ ...payload, sort: undefined })],
  ['a field too many', encode({ ...payload, admin: true })],
  ['a version that is no instant', encode({ ...payload, version: 'now' })],
  ['a version not in canonical form', encode({ ...payload, version: '2026-01-10T10:00:00.100Z' })],
  ['values of another type', encode({ ...payload, after: [{}] })],
  ['a NUL', encode({ ...payload, after: ['a\0b'] })],
  ['more than a URL takes', encode({ ...payload, filter: 'x'.repeat(10_000) })],
])('refuses %s', (_what, text) => {
  expect(decodeCursor(text)).toBeUndefined();
});

it('never throws on garbage', () => {
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[\w-]*$/),
    fc.jsonValue().map(encode),
  );
  fc.assert(
    fc.property(garbage, (text) => {
      expect(decodeCursor(text)).toBeUndefined();
    }),
  );
});

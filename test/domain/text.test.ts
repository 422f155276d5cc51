import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, excerpt, isStorable } from '../../src/domain/text.ts';

it.each([
  ['plain', true],
  ['', true],
  ['🚀\u200b', true],
  ['a\0b', false],
  ['\ud83d', false],
])('%j can be stored: %s', (text, expected) => {
  expect(isStorable(text)).toBe(expected);
});

describe('excerpt', () => {
  it.each([
    ['short', 10, 'short'],
    ['  <html>\r\n\t<body>\0x ', 20, '<html> <body> x'],
    ['0123456789', 10, '0123456789'],
    ['0123456789a', 10, '012345678…'],
    ['', 10, ''],
  ])('of %j at most %s is %j', (text, most, expected) => {
    expect(excerpt(text, most)).toBe(expected);
  });

  it('is short, storable and on one line, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (text, most) => {
          const short = excerpt(text, most);
          expect(short.length).toBeLessThanOrEqual(most);
          expect(isStorable(short)).toBe(true);
          expect(short).not.toMatch(/[\r\n]/);
        },
      ),
    );
  });
});

it('never cuts through a character', () => {
  expect(cut('ab🚀cd', 4)).toBe('ab…');
  expect(cut('ab🚀cd', 5)).toBe('ab🚀…');
  expect(cut('ab🚀', 4)).toBe('ab🚀');
});

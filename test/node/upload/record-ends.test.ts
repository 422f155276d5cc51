import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPreamble, followRecords, isUtf16 } from '../../../scripts/upload/record-ends.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The ends of records, if the text is read in chunks of these sizes. */
function ends(text: string, sizes: number[] = [], delimiter = ','): number[] {
  const all = bytes(text);
  const records = followRecords(delimiter);
  const found: number[] = [];
  for (let start = 0, turn = 0; start < all.length; turn += 1) {
    const chunk = all.subarray(start, start + (sizes[turn % sizes.length] ?? all.length));
    for (let at = 0; at >= 0; ) {
      at = records.read(chunk, at, true);
      if (at >= 0) found.push(start + at);
    }
    start += chunk.length;
  }
  return found;
}

describe('a record ends', () => {
  it.each([
    ['at each line feed', 'a,b\n1,2\n', [4, 8]],
    ['behind CRLF', 'a,b\r\n1,2\r\n', [5, 10]],
    ['not inside quotes', '"a\nb",c\n1,2\n', [8, 12]],
    ['behind a quoted last cell', '1,"2"\n3,"4"\r\n5', [6, 13]],
    ['not between doubled quotes', '"a""\n""b"\nc\n', [10, 12]],
    ['at a quote in the middle of a cell', '5" pipe,1\n6" pipe,2\n', [10, 20]],
    ['not behind a quote that does not close its cell', '"a"b\nc",1\n2\n', [10, 12]],
    ['not without a line feed', 'a,b', []],
    ['never when a quote stays open', '"a,b\n1,2\n', []],
    ['also at a blank line', 'a\n\nb\n', [2, 3, 5]],
  ])('%s', (_, text, expected) => {
    expect(ends(text)).toEqual(expected);
  });

  it('with any cut into chunks', () => {
    const text = fc.array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', 'é', '""', ' '), { maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (parts, sizes) => {
        expect(ends(parts.join(''), sizes)).toEqual(ends(parts.join('')));
      }),
    );
  });

  it('between the records that a writer has quoted', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', 'é', ' ') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), (rows) => {
        const lines = rows.map(
          (row) => `${row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`,
        );
        let size = 0;
        const expected = lines.map((line) => (size += bytes(line).length));
        expect(ends(lines.join(''))).toEqual(expected);
      }),
    );
  });
});

describe('the preamble', () => {
  it.each([
    ['is the header', 'a,b\n1,2\n', 'a,b\n', ','],
    [
      'takes a banner along',
      'https://www.CryptoDataDownload.com\nunix,open\n1,2\n',
      'https://www.CryptoDataDownload.com\nunix,open\n',
      ',',
    ],
    ['takes the line of Excel along', 'sep=;\r\na;b\r\n1;2\r\n', 'sep=;\r\na;b\r\n', ';'],
    ['takes blank lines along', '\n\na\tb\n1\t2\n', '\n\na\tb\n', '\t'],
    ['takes a byte order mark along', '\ufeff"a\nb",c\n1,2\n', '\ufeff"a\nb",c\n', ','],
  ])('%s', (_, text, expected, delimiter) => {
    const found = findPreamble(bytes(text));
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(found?.bytes)).toBe(expected);
    expect(found?.delimiter).toBe(delimiter);
  });

  it.each([['a,b'], [''], ['sep=;\n'], ['"a,b\n1,2\n']])('is unknown in %j', (text) => {
    expect(findPreamble(bytes(text))).toBeNull();
  });
});

it.each([
  [[0xff, 0xfe, 0x61, 0], true],
  [[0xfe, 0xff, 0, 0x61], true],
  [[0xef, 0xbb, 0xbf], false],
  [[], false],
])('UTF-16 is recognised by its mark: %j', (head, expected) => {
  expect(isUtf16(new Uint8Array(head))).toBe(expected);
});

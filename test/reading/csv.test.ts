import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_BYTES_MAX, readCsv, readHead, sniffEncoding } from '../../src/reading/csv.ts';
import { CsvFault } from '../../src/sources/csv/fault.ts';
import { sniffDelimiter } from '../../src/sources/csv/plan/head/delimiter.ts';
import type { CsvEncoding, CsvPosition, CsvRecord } from '../../src/sources/csv/record.ts';

const START: CsvPosition = { encoding: 'utf-8', delimiter: ',', byte_offset: 0, line: 1 };

const streamOf = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

async function readAll(stream: ReadableStream<Uint8Array>, position: Partial<CsvPosition> = {}) {
  const records: CsvRecord[] = [];
  try {
    for await (const slice of readCsv(stream, { ...START, ...position })) records.push(...slice);
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    return { records, fault: { code: error.code, line: error.line } };
  }
  return { records, fault: null };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

function utf16(text: string, encoding: CsvEncoding): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at += 1)
    bytes.setUint16(at * 2, text.charCodeAt(at), encoding === 'utf-16le');
  return new Uint8Array(bytes.buffer);
}

const read = (text: string, position: Partial<CsvPosition> = {}) => readAll(streamOf(utf8(text)), position);
const cellsOf = async (text: string, delimiter = ',') =>
  (await read(text, { delimiter })).records.map(({ cells }) => cells);

describe('records', () => {
  it.each<[string, string, string[][]]>([
    [
      'line ends LF',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'line ends CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no final line end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'mixed line ends',
      'a,b\r\n1,2\n3,4\r\n5,6',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
        ['5', '6'],
      ],
    ],
    ['a delimiter in quotes', 'a,"b,c"\n', [['a', 'b,c']]],
    [
      'a line end in quotes',
      '"a\nb",c\n1,2\n',
      [
        ['a\nb', 'c'],
        ['1', '2'],
      ],
    ],
    ['CRLF in quotes', '"a\r\nb","c\r"\r\n', [['a\r\nb', 'c\r']]],
    ['a quote in quotes', '"say ""hi""",b\n', [['say "hi"', 'b']]],
    ['a quote inside a bare cell', 'a"b,c\n', [['a"b', 'c']]],
    ['blanks, which belong to the cell', ' a , b \n', [[' a ', ' b ']]],
    ['empty cells', ',,\n', [['', '', '']]],
    [
      'blank lines, which are none',
      '\na,b\n\n  \r\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['letters of several bytes', 'ü,€,😀\n', [['ü', '€', '😀']]],
    ['an empty file', '', []],
  ])('reads %s', async (_, text, expected) => {
    expect(await cellsOf(text)).toEqual(expected);
  });

  it('returns the position of each record: bytes, first line, and where to continue', async () => {
    const { records } = await read('\ufeffä,b\r\n\r\n"1\n2",x\n3,y');
    expect(records.map(({ cells: _, quotes_broken: __, ...place }) => place)).toEqual([
      { byte_offset: 3, byte_length: 4, line: 1, raw: 'ä,b', next_offset: 9, next_line: 2 },
      { byte_offset: 11, byte_length: 7, line: 3, raw: '"1\n2",x', next_offset: 19, next_line: 5 },
      { byte_offset: 19, byte_length: 3, line: 5, raw: '3,y', next_offset: 22, next_line: 5 },
    ]);
  });

  it('marks a record whose quotes do not end where they should', async () => {
    const { records } = await read('"a"b,c",d\n1,2\n');
    expect(records.map(({ quotes_broken }) => quotes_broken)).toEqual([true, false]);
  });

  it('uses the given delimiter, or the delimiter of the first line', async () => {
    expect(await cellsOf('a;b,c\n', ';')).toEqual([['a', 'b,c']]);
    const { records } = await read('a|b|c\n1|2|3\n', { delimiter: null });
    expect(records.map(({ cells }) => cells)).toEqual([
      ['a', 'b', 'c'],
      ['1', '2', '3'],
    ]);
  });

  it('keeps a NUL in its cell', async () => {
    expect(await cellsOf('a,b\0c\n')).toEqual([['a', 'b\0c']]);
  });
});

const CELL = fc.string({
  unit: fc.constantFrom('a', '7', ' ', ',', ';', '"', '\n', '\r', 'é', '€', '😀', '\ufeff'),
});
const TABLE = fc.array(fc.array(CELL, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const quoted = (rows: string[][], lineEnd: string) =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + lineEnd).join('');

describe.each<[CsvEncoding, string]>([
  ['utf-8', ''],
  ['utf-8', '\ufeff'],
  ['utf-16le', '\ufeff'],
  ['utf-16be', '\ufeff'],
])('any table in %s after the mark “%s”', (encoding, mark) => {
  const encode = (text: string) => (encoding === 'utf-8' ? utf8(text) : utf16(text, encoding));

  it('is read back from bytes in any chunks, and each range is its raw text', async () => {
    await fc.assert(
      fc.asyncProperty(TABLE, fc.constantFrom('\n', '\r\n'), fc.nat(), async (rows, lineEnd, seed) => {
        const bytes = encode(mark + quoted(rows, lineEnd));
        const at = seed % (bytes.length + 1);
        const stream = streamOf(bytes.subarray(0, at), bytes.subarray(at));
        const { records, fault } = await readAll(stream, { encoding });
        expect(fault).toBeNull();
        expect(records.map(({ cells }) => cells)).toEqual(rows);
        for (const { byte_offset, byte_length, raw } of records)
          expect(bytes.slice(byte_offset, byte_offset + byte_length)).toEqual(encode(raw));
      }),
      { numRuns: 60 },
    );
  });

  it('continues after any record as if it had never stopped', async () => {
    await fc.assert(
      fc.asyncProperty(TABLE, fc.nat(), async (rows, seed) => {
        const bytes = encode(mark + quoted(rows, '\r\n'));
        const { records } = await readAll(streamOf(bytes), { encoding });
        const stop = seed % records.length;
        const { next_offset: byte_offset, next_line: line } = records[stop] ?? {
          next_offset: 0,
          next_line: 1,
        };
        const rest = await readAll(streamOf(bytes.subarray(byte_offset)), { encoding, byte_offset, line });
        expect(rest.records).toEqual(records.slice(stop + 1));
      }),
      { numRuns: 60 },
    );
  });
});

it('reads the same from every split of a file', async () => {
  const bytes = utf8('\ufeffname,"pri\r\nce"\r\nÄ€😀,"1 ""x"", 2"\n\n"",3\r\n');
  const whole = await readAll(streamOf(bytes));
  expect(whole.records).toHaveLength(3);
  for (let at = 0; at <= bytes.length; at += 1)
    expect(await readAll(streamOf(bytes.subarray(0, at), bytes.subarray(at)))).toEqual(whole);
  expect(await readAll(streamOf(...Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual(whole);
});

it('reads the same across the borders of its blocks', async () => {
  const row = (index: number) => `${index},"é ${'x'.repeat(index % 90)}\n${index}"`;
  const text = Array.from({ length: 9_000 }, (_, index) => row(index)).join('\n');
  const { records } = await read(text);
  expect(records).toHaveLength(9_000);
  expect(records.map(({ raw }) => raw).join('\n')).toBe(text);
  expect(records.at(-1)?.line).toBe(17_999);
});

describe('faults', () => {
  const endless = (chunk: string, count: number) => {
    const bytes = utf8(chunk);
    let left = count;
    let pulled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left === 0) return controller.close();
        left -= 1;
        pulled += bytes.length;
        controller.enqueue(bytes);
      },
    });
    return { stream, pulled: () => pulled };
  };
  const withHeader = (stream: ReadableStream<Uint8Array>, header: string) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    writer
      .write(utf8(header))
      .then(() => writer.releaseLock())
      .then(() => stream.pipeTo(writable))
      .catch(() => undefined);
    return readable;
  };

  it.each([
    ['a quote left open over 50 MB', 'a,b\n1,"', 'x,y\n'.repeat(16_384)],
    ['a line of 50 MB', 'a,b\n', 'x'.repeat(65_536)],
    ['50 MB of stray quotes', 'a,b\n"', '"x '.repeat(21_845)],
  ])('stops early at %s', async (_, header, chunk) => {
    const { stream, pulled } = endless(chunk, 800);
    const { records, fault } = await readAll(withHeader(stream, header));
    expect(records.map(({ cells }) => cells)).toEqual([['a', 'b']]);
    expect(fault).toEqual({ code: 'record_too_long', line: 2 });
    expect(pulled()).toBeLessThan(3_000_000);
  });

  it('accepts a record up to the limit, whatever the chunks, and not a byte more', async () => {
    const ofSize = (size: number) => `a\n${'x'.repeat(size - 1)}\nb\n`;
    expect((await read(ofSize(RECORD_BYTES_MAX))).records.map(({ byte_length }) => byte_length)).toEqual([
      1,
      RECORD_BYTES_MAX - 1,
      1,
    ]);
    expect(await read(ofSize(RECORD_BYTES_MAX + 1))).toMatchObject({
      records: [{ cells: ['a'] }],
      fault: { code: 'record_too_long', line: 2 },
    });
  });

  it.each<[string, Uint8Array, number, string, number]>([
    ['a quote left open', utf8('a,b\n1,2\n"3,4\n5,6\n'), 2, 'unclosed_quote', 3],
    [
      'bytes that are not UTF-8',
      Uint8Array.of(0x61, 0x0a, 0x62, 0x0a, 0x63, 0xe4, 0x0a, 0x64),
      2,
      'not_utf8',
      3,
    ],
    ['a character cut off at the end', Uint8Array.of(0x61, 0x0a, 0xe2, 0x82), 1, 'not_utf8', 2],
    [
      'bad bytes inside a quoted cell',
      Uint8Array.of(0x61, 0x0a, 0x22, 0x0a, 0x0a, 0xff, 0x22),
      1,
      'not_utf8',
      4,
    ],
    [
      'JSON, whose quotes are not those of cells',
      utf8('[{"date":"2024-03-01","price":1}]\n'),
      0,
      'not_a_table',
      1,
    ],
    ['JSON line by line', utf8('{"a":"b","c":1}\n{"a":"b","c":2}\n'), 0, 'not_a_table', 1],
    ['lines that end with CR alone', utf8('a,b\r1,2\r3,4\r'), 0, 'lone_cr', 1],
    ['many such lines', utf8(`a,b\r${'1,2\r'.repeat(400_000)}`), 0, 'lone_cr', 1],
  ])('names the line of %s', async (_, bytes, before, code, line) => {
    const { records, fault } = await readAll(streamOf(bytes));
    expect(records).toHaveLength(before);
    expect(fault).toEqual({ code, line });
  });

  it('names the line of half a character in UTF-16', async () => {
    const bytes = utf16('\ufeffa\nb\n\ud83dc\n', 'utf-16le');
    expect(await readAll(streamOf(bytes), { encoding: 'utf-16le' })).toMatchObject({
      records: [{ cells: ['a'] }, { cells: ['b'] }],
      fault: { code: 'not_utf8', line: 3 },
    });
  });

  it('cancels the stream when the reader stops early', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(utf8('a,b\n'.repeat(65_536))),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const _ of readCsv(stream, START)) break;
    expect(cancelled).toBe(true);
  });

  it('passes on the error of the stream', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('R2 is away')),
    });
    await expect(readAll(stream)).rejects.toThrow('R2 is away');
  });
});

describe('the beginning of a file', () => {
  it.each<[string, number[], { encoding: CsvEncoding; bom_bytes: number }]>([
    ['nothing', [], { encoding: 'utf-8', bom_bytes: 0 }],
    ['letters', [0x61, 0x2c], { encoding: 'utf-8', bom_bytes: 0 }],
    ['the mark of UTF-8', [0xef, 0xbb, 0xbf, 0x61], { encoding: 'utf-8', bom_bytes: 3 }],
    ['the mark of UTF-16LE', [0xff, 0xfe, 0x61, 0], { encoding: 'utf-16le', bom_bytes: 2 }],
    ['the mark of UTF-16BE', [0xfe, 0xff, 0, 0x61], { encoding: 'utf-16be', bom_bytes: 2 }],
  ])('recognises the encoding from %s', (_, bytes, expected) => {
    expect(sniffEncoding(Uint8Array.from(bytes))).toEqual(expected);
  });

  it.each([
    ['a,b,c', ','],
    ['a;b;c', ';'],
    ['a\tb', '\t'],
    ['a|b', '|'],
    ['price', ','],
    ['"a;b;c",d', ','],
    ['a;"b,c,d,e"', ';'],
    ['https://www.CryptoDataDownload.com\nunix;date;symbol\n', ';'],
    ['sep=;\na,b,c;d\n', ';'],
  ])('finds the delimiter of %j', (line, delimiter) => {
    expect(sniffDelimiter(line)).toBe(delimiter);
  });

  it('is read without the rest, from chunks of a byte', async () => {
    const bytes = utf16(`\ufeffa;b\n${'1;2\n'.repeat(1_200)}`, 'utf-16le');
    const head = await readHead(streamOf(...Array.from(bytes, (byte) => Uint8Array.of(byte))));
    expect(head).toMatchObject({ encoding: 'utf-16le', delimiter: ';', is_whole: false, pieces: [] });
    expect(head.records).toHaveLength(1_000);
    expect(head.records[49]).toMatchObject({ cells: ['1', '2'], line: 50, byte_offset: 394 });
  });

  it('is all of a small file', async () => {
    const head = await readHead(streamOf(new TextEncoder().encode('a,b\n1,2\n')));
    expect(head.is_whole).toBe(true);
    expect(head.records).toHaveLength(2);
  });

  it('is read with the given delimiter', async () => {
    const head = await readHead(streamOf(new TextEncoder().encode('a,b;c\n1,2;3\n')), ';');
    expect(head.records.map(({ cells }) => cells)).toEqual([
      ['a,b', 'c'],
      ['1,2', '3'],
    ]);
  });
});

import type { ByteRange } from '../../raw/lake-store.ts';

/**
 * The one range of bytes that a Range header asks for, cut to what is there. Null is the whole: without the header, of
 * another unit, or of several ranges, which a server may leave unheeded (RFC 9110, section 14.2).
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first === '') return lastBytes(Number(last), size);
  const offset = Number(first);
  if (last !== '' && Number(last) < offset) return null; // an invalid header is ignored
  if (offset >= size) return 'unsatisfiable';
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  return { offset, length: end - offset };
}

function lastBytes(count: number, size: number): ByteRange | 'unsatisfiable' {
  if (count === 0 || size === 0) return 'unsatisfiable';
  const length = Math.min(count, size);
  return { offset: size - length, length };
}

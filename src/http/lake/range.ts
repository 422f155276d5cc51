import type { ByteRange } from '../../raw/lake-store.ts';

/**
 * The single range of bytes in a Range header, limited to the existing bytes. Null is the whole: without the
 * header, with another unit, or with several ranges, which a server may ignore (RFC 9110, section 14.2).
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

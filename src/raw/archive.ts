import { AppError } from '../errors.ts';

// The first bytes of these formats; each specification names them.
const SIGNATURES: readonly { bytes: readonly number[]; advice: string }[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    advice:
      'a zip archive or a spreadsheet. Unpack it (unzip -p FILE.zip > FILE.csv), or save the sheet as CSV.',
  },
  {
    bytes: [0x1f, 0x8b],
    advice: 'gzip. Send the header "Content-Encoding: gzip", or unpack it (gunzip FILE.gz).',
  },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], advice: 'zstd. Unpack it: zstd -d FILE.zst.' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], advice: 'xz. Unpack it: xz -d FILE.xz.' },
  { bytes: [0x42, 0x5a, 0x68], advice: 'bzip2. Unpack it: bzip2 -d FILE.bz2.' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], advice: 'a 7z archive. Unpack it: 7z x FILE.7z.' },
  { bytes: [0x50, 0x41, 0x52, 0x31], advice: 'Parquet. Only CSV is read.' },
];

/** Throws `unsupported_encoding` with advice if a file begins like an archive, whatever its name is. */
export function demandNoArchive(beginning: Uint8Array): void {
  const found = SIGNATURES.find(({ bytes }) => bytes.every((byte, place) => beginning[place] === byte));
  if (found === undefined) return;
  throw new AppError('unsupported_encoding', `Only CSV is read, and this file is ${found.advice}`);
}

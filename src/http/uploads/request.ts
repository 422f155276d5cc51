import type { FileHints } from '../../domain/files/parameters.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import { invalid, readQuery } from '../query.ts';
import { HINT_CHARS_MAX, hintsOf, UploadQuery } from './query.ts';

/** The parameters of a request for the file in its body. */
export interface UploadRequest {
  filename: string | null;
  hints: FileHints;
  dry_run: boolean;
  /** Size of the body as sent. */
  size_bytes: number;
  gzipped: boolean;
  content_type: string | null;
  body: ReadableStream<Uint8Array>;
}

/** Reads query and headers, but not the body. Throws the problem of the first fault. */
export function readUploadRequest(c: HttpContext): UploadRequest {
  const asked = readQuery(c, UploadQuery);
  const content_type = c.req.header('Content-Type') ?? null;
  if (/^multipart\//i.test(content_type ?? '')) throw noForms(c);
  const gzipped = isGzipped(c.req.header('Content-Encoding') ?? 'identity');
  const name = asked.filename ?? null;
  if (!gzipped) demandPlainName(name ?? '');
  return {
    // The stored file is unpacked.
    filename: gzipped ? (name?.replace(/(?<=.)\.gz$/i, '') ?? null) : name,
    hints: hintsOf(asked),
    dry_run: asked.dry_run ?? false,
    size_bytes: bodyLength(c),
    gzipped,
    content_type: content_type?.slice(0, HINT_CHARS_MAX) ?? null,
    body: c.req.raw.body ?? new Blob([]).stream(),
  };
}

// A form would have to be in memory as a whole to find the file in it.
const noForms = (c: HttpContext) =>
  new AppError(
    'unsupported_encoding',
    "Forms are not read. Send the file itself as the body: curl -X POST -T FILE -H 'Authorization: Bearer <UPLOAD_TOKEN>' " +
      `'${new URL(c.req.url).origin}/uploads?filename=FILE', or fetch(url, { method: 'POST', body: file }).`,
  );

/** Refuses an archive by its name, before the client sends its bytes. */
function demandPlainName(name: string): void {
  if (/\.gz$/i.test(name))
    throw new AppError(
      'unsupported_encoding',
      'The file is packed: say so with the header "Content-Encoding: gzip", or unpack it (gunzip FILE.gz).',
    );
  const ending = /\.(zip|zst|xz|bz2|7z|xlsx?|ods)$/i.exec(name)?.[1]?.toLowerCase();
  if (ending === undefined) return;
  const command = UNPACK[ending];
  throw new AppError(
    'unsupported_encoding',
    command === undefined
      ? 'Only CSV is read: save the sheet as CSV.'
      : `Only CSV is read: unpack the archive (${command}).`,
  );
}

const UNPACK: Partial<Record<string, string>> = {
  zip: 'unzip -p FILE.zip > FILE.csv',
  zst: 'zstd -d FILE.zst',
  xz: 'xz -d FILE.xz',
  bz2: 'bzip2 -d FILE.bz2',
  '7z': '7z x FILE.7z',
};

function isGzipped(encoding: string): boolean {
  const coding = encoding.trim().toLowerCase();
  if (coding === 'gzip' || coding === 'x-gzip') return true;
  if (coding === 'identity' || coding === '') return false;
  throw new AppError('unsupported_encoding', 'Content-Encoding can be gzip, or absent for plain bytes.');
}

function bodyLength(c: HttpContext): number {
  const { UPLOAD_BYTES_MAX } = c.get('deps').settings;
  const text = c.req.header('Content-Length');
  if (text === undefined)
    throw new AppError(
      'length_required',
      'Send a Content-Length: curl -X POST -T FILE and fetch(url, { body: file }) do so automatically.',
    );
  const length = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(length)) throw invalid([{ path: 'Content-Length', message: 'must be a number of bytes' }]);
  if (length === 0) throw invalid([{ path: 'body', message: 'is empty; send the file as the body' }]);
  if (length > UPLOAD_BYTES_MAX)
    throw new AppError(
      'payload_too_large',
      `The body has ${length} bytes; at most ${UPLOAD_BYTES_MAX} are accepted. Gzip it, or split it with npm run upload.`,
    );
  return length;
}

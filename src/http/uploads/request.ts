import {
  BAR_ENDS,
  COLUMN_ROLES,
  DATE_ORDERS,
  DECIMAL_MARKS,
  DELIMITERS,
  type Delimiter,
  type FileHints,
  PARAMETERS,
  parseColumns,
  VOLUME_UNITS,
} from '../../domain/files/parameters.ts';
import { canonicalPeriod } from '../../domain/files/period.ts';
import { isZone } from '../../domain/files/zone.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import { flag, instantParam, invalid, readQuery } from '../query.ts';
import * as z from '../zod.ts';

const FILENAME_CHARS_MAX = 255;
const HINT_CHARS_MAX = 100;
const COLUMNS_CHARS_MAX = 10_000;

/** The file's own name: browsers and shells may send a path. It is text only, never a key or a header. */
const filename = z.string().transform((text, context) => {
  const name = text.split(/[/\\]/).at(-1)?.trim() ?? '';
  const fault =
    name === '' || name === '.' || name === '..'
      ? 'must be the name of a file'
      : name.length > FILENAME_CHARS_MAX
        ? `may have ${FILENAME_CHARS_MAX} characters`
        : /[\p{Cc}\p{Bidi_Control}]/u.test(name)
          ? 'must not hold control characters'
          : null;
  if (fault === null) return name;
  context.addIssue({ code: 'custom', message: fault });
  return z.NEVER;
});

const hint = (description: string, example: string) =>
  z
    .string()
    .trim()
    .max(HINT_CHARS_MAX, `may have ${HINT_CHARS_MAX} characters`)
    .regex(/^[^,\p{Cc}]+$/u, 'must be one value, without commas')
    .optional()
    .openapi({ type: 'string', description, example });
// These become parts of an external id, which colons separate.
const part = (description: string, example: string) =>
  hint(description, example)
    .refine((text) => text === undefined || !text.includes(':'), 'must not hold a colon')
    .openapi({ type: 'string', description, example });

const oneOf = <const Value extends string>(values: readonly Value[], description: string) =>
  z
    .string()
    .transform((text, context): Value => {
      const value = values.find((one) => one === text.trim().toLowerCase());
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: `is none of ${values.join(', ')}` });
      return z.NEVER;
    })
    .optional()
    .openapi({ type: 'string', description, enum: [...values] });

const columns = z
  .string()
  .max(COLUMNS_CHARS_MAX, `may have ${COLUMNS_CHARS_MAX} characters`)
  .refine(
    (text) => parseColumns(text) !== undefined,
    `must be a list such as time:instant,close:close or 1:instant,2:close; roles are ${COLUMN_ROLES.join(', ')}`,
  )
  .optional()
  .openapi({
    type: 'string',
    description: PARAMETERS.columns,
    example: 'time:instant,close:close,volume:volume_base',
  });

const delimiter = z
  .string()
  .transform((text, context): Delimiter => {
    const value = DELIMITERS.find((one) => one === text || (one === '\t' && /^(tab|\\t)$/i.test(text)));
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'is none of , ; | tab' });
    return z.NEVER;
  })
  .optional()
  .openapi({ type: 'string', description: PARAMETERS.delimiter, example: ';' });

const zone = hint(PARAMETERS.zone, 'Europe/Berlin')
  .refine(
    (text) => text === undefined || isZone(text),
    'is not a time zone: send an IANA name such as Europe/Berlin, UTC, or an offset such as +01:00',
  )
  .openapi({
    type: 'string',
    description: PARAMETERS.zone,
    example: 'Europe/Berlin',
  });

const period = z
  .string()
  .transform((text, context): string => {
    const canonical = canonicalPeriod(text);
    if (canonical !== null) return canonical;
    context.addIssue({ code: 'custom', message: 'is not a period: send 1m to 12h, 1d, 1w or 1mo' });
    return z.NEVER;
  })
  .optional()
  .openapi({
    type: 'string',
    description: PARAMETERS.period,
    example: '1d',
  });

/** How the cells are to be read, where the file itself does not prove it. */
const Reading = {
  columns,
  header: oneOf(['none'], PARAMETERS.header),
  delimiter,
  decimal: oneOf(DECIMAL_MARKS, PARAMETERS.decimal),
  date_order: oneOf(DATE_ORDERS, PARAMETERS.date_order),
  zone,
  bar: oneOf(BAR_ENDS, PARAMETERS.bar),
  period,
  volume: oneOf(VOLUME_UNITS, PARAMETERS.volume),
};

export const UploadQuery = z.object({
  filename: filename.optional().openapi({
    type: 'string',
    description: PARAMETERS.filename,
    example: 'btc-usd-max.csv',
  }),
  asset: hint(PARAMETERS.asset, 'btc-bitcoin'),
  symbol: hint(PARAMETERS.symbol, 'BTC'),
  dialect: hint(PARAMETERS.dialect, 'yahoo'),
  venue: part(PARAMETERS.venue, 'bitstamp'),
  quote: part(PARAMETERS.quote, 'usd'),
  observed_at: instantParam().optional().openapi({
    type: 'string',
    description: PARAMETERS.observed_at,
    example: '2025-01-10T10:00:00Z',
  }),
  ...Reading,
  dry_run: flag()
    .optional()
    .openapi({ type: 'string', description: '`true` reads and counts everything and stores no row.' }),
});

/** What a request says of the file in its body. */
export interface UploadRequest {
  filename: string | null;
  hints: FileHints;
  dry_run: boolean;
  /** Of the body as sent. */
  size_bytes: number;
  gzipped: boolean;
  content_type: string | null;
  body: ReadableStream<Uint8Array>;
}

/** Reads query and headers and leaves the body alone. Throws the problem of the first thing that does not fit. */
export function readUploadRequest(c: HttpContext): UploadRequest {
  const asked = readQuery(c, UploadQuery);
  const content_type = c.req.header('Content-Type') ?? null;
  if (/^multipart\//i.test(content_type ?? '')) throw noForms(c);
  const gzipped = isGzipped(c.req.header('Content-Encoding') ?? 'identity');
  const name = asked.filename ?? null;
  if (!gzipped) demandPlainName(name ?? '');
  return {
    // What is kept is unpacked.
    filename: gzipped ? (name?.replace(/(?<=.)\.gz$/i, '') ?? null) : name,
    hints: hintsOf(asked),
    dry_run: asked.dry_run ?? false,
    size_bytes: bodyLength(c),
    gzipped,
    content_type: content_type?.slice(0, HINT_CHARS_MAX) ?? null,
    body: c.req.raw.body ?? new Blob([]).stream(),
  };
}

export const hintsOf = (asked: z.output<typeof UploadQuery>): FileHints => ({
  asset: asked.asset ?? null,
  symbol: asked.symbol?.toUpperCase() ?? null,
  dialect: asked.dialect?.toLowerCase() ?? null,
  venue: asked.venue?.toLowerCase() ?? null,
  quote: asked.quote?.toLowerCase() ?? null,
  observed_at: asked.observed_at ?? null,
  columns: asked.columns ?? null,
  header: asked.header ?? null,
  delimiter: asked.delimiter ?? null,
  decimal: asked.decimal ?? null,
  date_order: asked.date_order ?? null,
  zone: asked.zone ?? null,
  bar: asked.bar ?? null,
  period: asked.period ?? null,
  volume: asked.volume ?? null,
});

// A form would have to be held in memory to find the file in it.
const noForms = (c: HttpContext) =>
  new AppError(
    'unsupported_encoding',
    "Forms are not read. Send the file itself as the body: curl -X POST -T FILE -H 'Authorization: Bearer <UPLOAD_TOKEN>' " +
      `'${new URL(c.req.url).origin}/uploads?filename=FILE', or fetch(url, { method: 'POST', body: file }).`,
  );

/** Refuses an archive by its name, before its bytes travel. */
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

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
import { flag, instantParam } from '../query.ts';
import * as z from '../zod.ts';

const FILENAME_CHARS_MAX = 255;
export const HINT_CHARS_MAX = 100;
const COLUMNS_CHARS_MAX = 10_000;

/** The file's own name. Browsers and shells may send a path. It is only text, never a key or a header. */
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

/** The meaning of cells, if the file itself does not prove it. */
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

import * as z from 'zod';
import { AppError } from './errors.ts';
import { LOG_LEVELS } from './log.ts';

/** What the platform hands to every event: bindings as they are, variables as text. */
export interface Env {
  UPLOADS: R2Bucket;
  INGEST_QUEUE: Queue;
  ASSETS?: Fetcher;
  RATE_LIMITER?: RateLimit;
  VERSION?: WorkerVersionMetadata;
  DATABASE_URL: string;
  [variable: string]: unknown;
}

const blankAsUnset = (value: unknown) => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankAsUnset, schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, value: string) =>
  z.preprocess((given) => blankAsUnset(given) ?? value, schema);
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= least && n <= most, `must be from ${least} to ${most}`);
/** How long something is kept; undefined is forever. */
const days = z.preprocess(
  (value) => (value === 'forever' ? undefined : blankAsUnset(value)),
  wholeNumber(1, 36_500).optional(),
);
const baseUrl = z
  .string()
  // What stands in a URL is kept with each reply and shown: no user, no key.
  .regex(/^https?:\/\/[^\s?#@]+$/, 'must be an http(s) URL without user and query')
  .transform((url) => url.replace(/\/+$/, ''));
/** What is told to a hook must not travel in the open, but to this very machine it may. */
const webhook = z
  .string()
  .regex(
    /^(https:\/\/[^\s@]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/\S*)?)$/,
    'must be an https URL, or http on this machine',
  )
  .refine((url) => URL.canParse(url), 'must be a URL');
/** One value, or two separated by a comma while a token is being rotated. */
const tokens = optional(
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((token) => token.trim())
        .filter(Boolean),
    )
    .refine((list) => list.length >= 1 && list.length <= 2, 'must hold one or two tokens'),
);

const Settings = z.object({
  DATABASE_URL: z
    .string({ error: 'is required' })
    .regex(/^postgres(ql)?:\/\/.+@.+/, 'must be a postgres:// URL'),
  COINPAPRIKA_BASE_URL: withDefault(baseUrl, 'https://api.coinpaprika.com/v1'),
  COINGECKO_BASE_URL: withDefault(baseUrl, 'https://api.coingecko.com/api/v3'),
  COINPAPRIKA_API_KEY: optional(z.string()),
  COINGECKO_API_KEY: optional(z.string()),
  COINGECKO_PLAN: withDefault(z.enum(['demo', 'pro']), 'demo'),
  COINGECKO_PAGES: withDefault(wholeNumber(1, 100), '4'),
  COINPAPRIKA_CALLS_PER_MONTH: optional(wholeNumber(1, 1_000_000_000)),
  COINGECKO_CALLS_PER_MONTH: optional(wholeNumber(1, 1_000_000_000)),
  BACKFILL_ASSETS: withDefault(wholeNumber(0, 250), '10'),
  UPSTREAMS: withDefault(z.enum(['live', 'sandbox']), 'live'),
  POLL_MINUTES: withDefault(wholeNumber(1, 1440), '5'),
  KEEP_OBSERVATIONS_DAYS: days,
  KEEP_RAW_DAYS: days,
  POLL_TOP: z.preprocess(
    (value) => (value === 'all' ? undefined : blankAsUnset(value)),
    wholeNumber(1, 1_000_000).optional(),
  ),
  SCHEDULER_TOKEN: tokens,
  UPLOAD_TOKEN: tokens,
  READ_TOKEN: tokens,
  READ_ACCESS: withDefault(z.enum(['public', 'token']), 'public'),
  RAW_ACCESS: withDefault(z.enum(['public', 'token']), 'token'),
  RATE_LIMIT: withDefault(z.enum(['on', 'off']), 'on'),
  UPLOAD_BYTES_MAX: withDefault(wholeNumber(1, 5_000_000_000), '95000000'),
  UPLOAD_UNPACKED_BYTES_MAX: withDefault(wholeNumber(1, 100_000_000_000), '2000000000'),
  CACHE_SECONDS: withDefault(wholeNumber(0, 3600), '15'),
  ALERT_WEBHOOK_URL: optional(webhook),
  LOG_LEVEL: withDefault(z.enum(LOG_LEVELS), 'info'),
});
export type Settings = z.infer<typeof Settings>;

/** Reads the variables. One clear `misconfigured` error names every bad one; values are never repeated. */
export function readSettings(env: Env): Settings {
  const result = Settings.safeParse(env);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new AppError('misconfigured', `Fix these variables of the Worker: ${faults.join('; ')}.`);
}

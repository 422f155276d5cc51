import * as z from 'zod';
import { type AcceptedToken, parseNamedTokens, parseTokens } from './domain/accepted-token.ts';
import { AppError } from './errors.ts';
import { LOG_LEVELS } from './log.ts';
import {
  keyedPlans,
  POLLED_BY_DEFAULT,
  POLLED_IDS,
  POLLED_SOURCES,
  type PolledSource,
} from './sources/registry.ts';

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

/** All of them are compared at each request with a token. */
const TOKENS_MAX = 100;

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
  // URLs are stored with each reply and shown, so they may contain no user and no key.
  .regex(/^https?:\/\/[^\s?#@]+$/, 'must be an http(s) URL without user and query')
  .transform((url) => url.replace(/\/+$/, ''));
/** Alerts must use https; plain http is allowed for loopback only. */
const webhook = z
  .string()
  .regex(
    /^(https:\/\/[^\s@]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/\S*)?)$/,
    'must be an https URL, or http on this machine',
  )
  .refine((url) => URL.canParse(url), 'must be a URL');
/** Comma-separated, for rotation and for several holders. */
const tokens = (parse: (text: string) => AcceptedToken[]) =>
  optional(
    z
      .string()
      .transform(parse)
      .refine((list) => list.length >= 1 && list.length <= TOKENS_MAX, `must hold 1 to ${TOKENS_MAX} tokens`)
      .refine(isOfOneHolderEach, 'must not give two holders one token'),
  );
const unnamed = (text: string) => parseTokens(text).map((token) => ({ token, name: null }));
/** Otherwise it would be unclear for whom a request counts. */
const isOfOneHolderEach = (list: AcceptedToken[]): boolean =>
  list.every(({ token, name }) => list.every((other) => other.token !== token || other.name === name));

/** Which of the registered sources are polled. */
const sourceIds = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((id) => id.trim()))])
  .pipe(z.array(z.enum(POLLED_IDS, `may name ${POLLED_IDS.join(', ')}, separated by commas`)));

const OwnSettings = z.object({
  DATABASE_URL: z
    .string({ error: 'is required' })
    .regex(/^postgres(ql)?:\/\/.+@.+/, 'must be a postgres:// URL'),
  SOURCES: withDefault(sourceIds, POLLED_BY_DEFAULT.join(',')),
  BACKFILL_ASSETS: withDefault(wholeNumber(0, 250), '10'),
  HISTORY_ASSETS: z.preprocess(
    (value) => (value === 'auto' ? undefined : blankAsUnset(value)),
    wholeNumber(0, 10_000).optional(),
  ),
  UPSTREAMS: withDefault(z.enum(['live', 'sandbox']), 'live'),
  POLL_MINUTES: withDefault(wholeNumber(1, 1440), '5'),
  KEEP_OBSERVATIONS_DAYS: days,
  KEEP_RAW_DAYS: days,
  LAKE: withDefault(z.enum(['on', 'off']), 'off'),
  POLL_TOP: z.preprocess(
    (value) => (value === 'all' ? undefined : blankAsUnset(value)),
    wholeNumber(1, 1_000_000).optional(),
  ),
  SCHEDULER_TOKEN: tokens(unnamed),
  UPLOAD_TOKEN: tokens(unnamed),
  READ_TOKEN: tokens(parseNamedTokens),
  READ_ACCESS: withDefault(z.enum(['public', 'token']), 'public'),
  RAW_ACCESS: withDefault(z.enum(['public', 'token']), 'token'),
  BULK_ACCESS: withDefault(z.enum(['public', 'token']), 'token'),
  RATE_LIMIT: withDefault(z.enum(['on', 'off']), 'on'),
  TOKEN_COPIES: withDefault(z.enum(['on', 'off']), 'on'),
  UPLOAD_BYTES_MAX: withDefault(wholeNumber(1, 5_000_000_000), '95000000'),
  UPLOAD_UNPACKED_BYTES_MAX: withDefault(wholeNumber(1, 100_000_000_000), '2000000000'),
  CACHE_SECONDS: withDefault(wholeNumber(0, 3600), '15'),
  KEPT_REPLIES_MB: withDefault(wholeNumber(0, 32), '8'),
  ALERT_WEBHOOK_URL: optional(webhook),
  LOG_LEVEL: withDefault(z.enum(LOG_LEVELS), 'info'),
});

/** The settings of one source; its plan has the defaults. */
const sourceVariables = (source: PolledSource) =>
  z.object({
    base_url: optional(baseUrl),
    api_key: optional(z.string()),
    plan: optional(z.enum(keyedPlans(source))),
    calls_per_month: optional(wholeNumber(1, 1_000_000_000)),
    pages: optional(wholeNumber(1, source.pages?.max ?? 1)),
  });
export type SourceVariables = z.infer<ReturnType<typeof sourceVariables>>;
const BY_SOURCE = POLLED_SOURCES.map((source) => ({ source, schema: sourceVariables(source) }));

export interface Settings extends z.infer<typeof OwnSettings> {
  /** The variables of each source, by its id. */
  by_source: ReadonlyMap<string, SourceVariables>;
}

/** Reads the variables. One clear `misconfigured` error names every bad one; values are never repeated. */
export function readSettings(env: Env): Settings {
  const own = OwnSettings.safeParse(env);
  const faults = faultsIn(own, (field) => field);
  const by_source = new Map<string, SourceVariables>();
  for (const { source, schema } of BY_SOURCE) {
    // Only its own variables: those of other sources are ignored.
    const names = new Map<string, string>(source.variables.map(({ field, name }) => [field, name]));
    const result = schema.safeParse(
      Object.fromEntries([...names].map(([field, name]) => [field, env[name]])),
    );
    if (result.success) by_source.set(source.id, result.data);
    faults.push(...faultsIn(result, (field) => names.get(field) ?? field));
  }
  if (faults.length > 0 || !own.success)
    throw new AppError('misconfigured', `Fix these variables of the Worker: ${faults.join('; ')}.`);
  return { ...own.data, by_source };
}

const faultsIn = (result: z.ZodSafeParseResult<unknown>, nameOf: (field: string) => string): string[] =>
  (result.error?.issues ?? []).map(({ path, message }) => `${nameOf(String(path[0]))} ${message}`);

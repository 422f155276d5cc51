/** Machine codes of everything that can go wrong, with the HTTP status and whether a retry may help. */
export const ERRORS = {
  invalid_request: { status: 400, retryable: false, title: 'The request is not valid' },
  invalid_cursor: { status: 400, retryable: false, title: 'The cursor cannot be used' },
  incomplete_body: { status: 400, retryable: true, title: 'The body ended early' },
  unknown_asset: { status: 400, retryable: false, title: 'No such asset' },
  unauthorized: { status: 401, retryable: false, title: 'The request needs a token' },
  foreign_origin: { status: 403, retryable: false, title: 'Pages of this origin may not ask' },
  not_found: { status: 404, retryable: false, title: 'Nothing at this path' },
  method_not_allowed: { status: 405, retryable: false, title: 'The method is not allowed here' },
  not_acceptable: { status: 406, retryable: false, title: 'The format cannot be served' },
  conflict: { status: 409, retryable: false, title: 'The current state does not allow this' },
  beyond_retention: { status: 410, retryable: false, title: 'The data has expired' },
  bytes_missing: { status: 410, retryable: false, title: 'The bytes are no longer stored' },
  length_required: { status: 411, retryable: false, title: 'The length of the body is needed' },
  payload_too_large: { status: 413, retryable: false, title: 'The body is too large' },
  unsupported_encoding: { status: 415, retryable: false, title: 'The encoding of the body is not supported' },
  range_not_satisfiable: { status: 416, retryable: false, title: 'The range begins after the end' },
  rate_limited: { status: 429, retryable: true, title: 'Too many requests' },
  internal: { status: 500, retryable: false, title: 'Something went wrong on our side' },
  misconfigured: { status: 500, retryable: false, title: 'The Worker is not configured correctly' },
  database_unavailable: { status: 503, retryable: true, title: 'The database cannot be reached' },
  storage_unavailable: { status: 503, retryable: true, title: 'The object store cannot be reached' },
  queue_unavailable: { status: 503, retryable: true, title: 'The queue cannot be reached' },
  not_configured: { status: 503, retryable: false, title: 'This is not configured' },
  // Ingestion only: stored with runs and raw payloads, never sent as a reply.
  lease_lost: { status: 500, retryable: true, title: 'Another run has taken over' },
  already_loaded: { status: 500, retryable: false, title: 'The payload was already loaded' },
  series_differs: {
    status: 500,
    retryable: false,
    title: 'The rows differ from the stored series of the same name',
  },
  wrong_mode: { status: 500, retryable: false, title: 'The database belongs to the other upstream mode' },
  upstream_unreachable: { status: 502, retryable: true, title: 'The upstream cannot be reached' },
  upstream_timeout: { status: 504, retryable: true, title: 'The upstream did not answer in time' },
  upstream_rate_limited: { status: 503, retryable: true, title: 'The upstream asks to slow down' },
  upstream_key_refused: { status: 502, retryable: false, title: 'The upstream refused the key' },
  upstream_plan_limit: { status: 502, retryable: false, title: 'The plan does not allow this' },
  upstream_banned: { status: 502, retryable: false, title: 'The upstream blocks this service' },
  upstream_quota_spent: { status: 503, retryable: true, title: 'The calls of the plan are spent' },
  upstream_refused: { status: 502, retryable: false, title: 'The upstream refused the request' },
  upstream_failed: { status: 502, retryable: true, title: 'The upstream failed' },
  upstream_unreadable: {
    status: 502,
    retryable: true,
    title: 'The upstream sent an unexpected reply',
  },
  contract_broken: { status: 502, retryable: false, title: 'The upstream changed the shape of its records' },
  fields_lost: { status: 502, retryable: false, title: 'Fields are unknown far more often than usual' },
  interrupted: { status: 500, retryable: true, title: 'The run was interrupted' },
  message_lost: { status: 500, retryable: true, title: 'The message of the run was lost' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorOptions {
  cause?: unknown;
  /** Seconds after which a retry makes sense. */
  retry_after_s?: number;
  /** More members for the problem document, e.g. `errors` or `candidates`. */
  extensions?: Record<string, unknown>;
}

/** The one error class: `code` for machines, `message` for people, `cause` for logs only. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retry_after_s: number | undefined;
  readonly extensions: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retry_after_s = options.retry_after_s;
    this.extensions = options.extensions ?? {};
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}

import pg from 'pg';

/** Fields that the proxy sends in addition to the message, in this order. */
const FIELDS = [
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'severity',
  'where',
  'table',
  'column',
  'schema',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

/**
 * A reply with a status other than 200. Its body contains the error of Postgres. An error from elsewhere has an
 * empty code and severity.
 */
export class RecordFault extends Error {
  readonly status: number;
  readonly #postgres: pg.DatabaseError | undefined;

  constructor(status: number, message: string, postgres?: pg.DatabaseError) {
    super(postgres?.message ?? message);
    this.status = status;
    this.#postgres = postgres;
  }

  get body(): Record<string, string | null> {
    const said = this.#postgres;
    const fields = FIELDS.map((field) => [field, said?.[field] ?? null]);
    return {
      message: this.message,
      code: said?.code ?? '',
      ...Object.fromEntries(fields),
      severity: said?.severity ?? '',
    };
  }
}

/** Replies without a statement as the cause, in the words of the proxy. */
export const REFUSALS = {
  connection_closed: new RecordFault(400, 'connection closed'),
  wrong_password: new RecordFault(400, "password authentication failed for user 'cointape'"),
  endpoint_not_found: new RecordFault(400, 'Control plane request failed: endpoint cannot be found'),
  endpoint_disabled: new RecordFault(500, 'Control plane request failed: endpoint is disabled'),
  quota_exceeded: new RecordFault(500, 'Your account or project has exceeded the compute time quota.'),
  compute_unreachable: new RecordFault(500, 'error connecting to server: Connection refused (os error 111)'),
  too_many_connections: new RecordFault(
    500,
    'Failed to acquire permit to connect to the database. Too many database connection attempts are currently ongoing.',
  ),
  isolation_level: new RecordFault(400, 'invalid isolation level'),
  no_connection_string: new RecordFault(400, 'invalid header: neon-connection-string'),
  unreadable: new RecordFault(400, 'could not parse the HTTP request body'),
} as const;

export const requestTooLarge = (max: number) =>
  new RecordFault(413, `request is too large (max is ${max} bytes)`);
export const responseTooLarge = (max: number) =>
  new RecordFault(507, `response is too large (max is ${max} bytes)`);

const isPostgres = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && typeof error.code === 'string';

/** A failed statement: Postgres' error, or the loss of the connection. */
export function ofStatement(error: unknown): RecordFault {
  if (error instanceof RecordFault) return error;
  return isPostgres(error) ? new RecordFault(400, error.message, error) : REFUSALS.connection_closed;
}

/** A failed connection. The proxy checks the password itself, and reports a failing compute. */
export function ofConnecting(error: unknown, user: string): RecordFault {
  if (isPostgres(error))
    return error.code?.startsWith('28')
      ? new RecordFault(400, `password authentication failed for user '${user}'`)
      : new RecordFault(500, error.message, error);
  if (!(error instanceof Error) || error.message.includes('timeout exceeded'))
    return REFUSALS.too_many_connections;
  const { code } = error as NodeJS.ErrnoException;
  return new RecordFault(500, `error connecting to server: ${error.message || code}`);
}

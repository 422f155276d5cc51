import type { FarRow } from '../domain/batch.ts';
import { AppError } from '../errors.ts';

/** The fields of a driver error: `code` is the SQLSTATE, absent if Postgres gave no answer. */
interface DriverError {
  name: string;
  code?: string;
  message: string;
  constraint?: string;
}

function driverError(error: unknown): DriverError | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e.name === 'NeonDbError') return e as DriverError;
  }
  return undefined;
}

/** The SQLSTATE of a database error, or undefined. */
export function sqlState(error: unknown): string | undefined {
  return driverError(error)?.code || undefined;
}

/** The constraint that a statement violated, or undefined. */
export function violatedConstraint(error: unknown): string | undefined {
  return driverError(error)?.constraint || undefined;
}

/** The code that `guard()` raised, or undefined for any other error. */
export function guardCode(error: unknown): string | undefined {
  const cause = driverError(error);
  return cause?.code === 'CT001' ? cause.message : undefined;
}

/** A batch has a row that is far from the stored one of its series. */
export class SeriesDiffers extends AppError {
  readonly far: FarRow;

  constructor(far: FarRow, cause: unknown) {
    super('series_differs', 'The rows are far from the stored ones of their series.', { cause });
    this.far = far;
  }
}

/**
 * Faults that pass: connection, resource, operator and serialization faults, a failover (25006: read-only for now),
 * a database that is being moved (28P01, 3D000), and a page that Neon's storage cannot deliver now (58030, or XX000
 * in Neon's words). Any other fault would occur again.
 */
const PASSING = /^(08|53|57P|40|55P03|57014|25006|28P01|3D000|58030)/;

/** An error with an empty code does not come from Postgres: it proves nothing about the commit. */
function isPassing({ code, message }: DriverError): boolean {
  return !code || PASSING.test(code) || (code === 'XX000' && message.startsWith('[NEON'));
}

/**
 * Turns a driver error into an AppError. Its message contains no SQL and no parameters; its cause is the driver
 * error. Any other error is returned unchanged.
 */
export function databaseError(error: unknown): unknown {
  const cause = driverError(error);
  if (cause === undefined) return error;
  const guarded = guardCode(error);
  if (guarded === 'lease_lost' || guarded === 'already_loaded' || guarded === 'wrong_mode')
    return new AppError(guarded, `The database refused the commit: ${guarded}.`, { cause: error });
  const far = /^series_differs (\{.*\})$/s.exec(guarded ?? '')?.[1];
  if (far !== undefined) return new SeriesDiffers(JSON.parse(far), error);
  if (isPassing(cause))
    return new AppError('database_unavailable', 'The database cannot be reached now. Try again shortly.', {
      retry_after_s: 5,
      cause: error,
    });
  return new AppError('internal', `The database refused a statement (SQLSTATE ${cause.code}).`, {
    cause: error,
  });
}

const REASON_LENGTH_MAX = 300;
const SERVER_ERROR = /^Server error \(HTTP status \d+\): (\{.*\})$/s;

/**
 * Why the database is unavailable, in the words of the driver, for operators. Undefined for other errors, because
 * messages of Postgres about a statement may contain its values.
 */
export function unavailableReason(error: unknown): string | undefined {
  const cause = driverError(error);
  if (cause === undefined || !isPassing(cause)) return undefined;
  const body = SERVER_ERROR.exec(cause.message)?.[1];
  const said = (body !== undefined && messageIn(body)) || cause.message;
  return said.split('\n')[0]?.slice(0, REASON_LENGTH_MAX);
}

/** The message in the JSON of a reply. */
function messageIn(json: string): string | undefined {
  try {
    const { message } = JSON.parse(json) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

import { AppError } from '../errors.ts';

/** What a driver error says: `code` is the SQLSTATE, absent when Postgres gave no answer. */
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

/** The code that `guard()` raised, or undefined when the error is another one. */
export function guardCode(error: unknown): string | undefined {
  const cause = driverError(error);
  return cause?.code === 'CT001' ? cause.message : undefined;
}

// Connection, resource, operator and serialization faults pass; the rest would fail again.
const TRANSIENT = /^(08|53|57P|40|55P03|57014)/;

/**
 * Turns a driver error into an AppError whose message holds no SQL and no parameters, and whose cause is the driver
 * error. Anything that is not a driver error is returned as it is.
 */
export function databaseError(error: unknown): unknown {
  const cause = driverError(error);
  if (cause === undefined) return error;
  const guarded = guardCode(error);
  if (guarded === 'lease_lost' || guarded === 'already_loaded' || guarded === 'wrong_mode')
    return new AppError(guarded, `The database refused the commit: ${guarded}.`, { cause: error });
  const code = sqlState(error);
  if (code === undefined || TRANSIENT.test(code))
    return new AppError('database_unavailable', 'The database cannot be reached now. Try again shortly.', {
      retry_after_s: 5,
      cause: error,
    });
  return new AppError('internal', `The database refused a statement (SQLSTATE ${code}).`, { cause: error });
}

import { AppError } from '../errors.ts';
import {
  databaseError,
  guardCode,
  sqlState,
  unavailableReason,
  violatedConstraint,
} from './database-error.ts';

/** The part of a log to which statements are reported. */
export type StatementLog = Record<
  'debug' | 'warn' | 'error',
  (event: string, fields: Record<string, unknown>) => void
>;

/** Another request was faster: a caller that expects this tries again, and any other rethrows it. */
const UNIQUE_VIOLATION = '23505';

/**
 * Sends statements and reports the result: names, SQLSTATE, constraint and duration. It never reports text,
 * parameters or messages of Postgres about a statement, which may contain both. The protocol does not say which
 * statement of a batch failed. A failure is translated once, here.
 */
export const watch =
  (log: StatementLog | undefined) =>
  async <Result>(names: readonly string[], send: () => Promise<Result>): Promise<Result> => {
    const started = Date.now();
    const about = () => ({
      ...(names.length === 1 ? { statement: names[0] } : { statements: names }),
      duration_ms: Date.now() - started,
    });
    try {
      const result = await send();
      log?.debug('database.answered', about());
      return result;
    } catch (thrown) {
      const error = databaseError(thrown);
      log?.[levelOf(error)]('database.failed', { ...about(), ...described(error) });
      throw error;
    }
  };

/** Failures that guards cause on purpose: a batch whose lease was lost, or that was loaded before. */
const REFUSALS = new Set(['lease_lost', 'already_loaded']);

function levelOf(error: unknown): 'debug' | 'warn' | 'error' {
  if (REFUSALS.has(guardCode(error) ?? '')) return 'debug';
  return sqlState(error) === UNIQUE_VIOLATION ? 'warn' : 'error';
}

const described = (error: unknown) => ({
  code: error instanceof AppError ? error.code : 'internal',
  sqlstate: sqlState(error),
  constraint: violatedConstraint(error),
  reason: unavailableReason(error),
});

/**
 * The cause of an error, in one line if possible: a refused connection to several addresses has no message of its
 * own.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  return error.message || error.name;
}

import type { Changed } from '../../domain/front/tags.ts';
import { AppError } from '../../errors.ts';
import type { Db } from '../client.ts';

/**
 * The same database, but it reports the changes of each committed version. Only a batch with openVersion raises the
 * version, so no commit can miss its report. A commit whose answer was lost may have happened, and is also
 * reported.
 */
export const tellingVersions = (db: Db, tell: (changed: Changed) => void): Db => ({
  get execute() {
    return db.execute;
  },
  async batch(parts) {
    const opened = parts.flat().flatMap(openedIn);
    try {
      const results = await db.batch(parts);
      for (const changed of opened) tell(changed);
      return results;
    } catch (error) {
      if (mayStand(error)) for (const changed of opened) tell(changed);
      throw error;
    }
  },
});

const mayStand = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'database_unavailable';

const openedIn = (query: object): Changed[] => ('opens' in query ? [query.opens as Changed] : []);

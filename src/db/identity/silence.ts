import { sql } from 'drizzle-orm';

/** What its source has not given for so long, while it answered, has left it. */
export const SILENT_AFTER = sql`interval '7 days'`;

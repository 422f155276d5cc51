import { sql } from 'drizzle-orm';

/** A coin has left its source if the source did not list it for this long while it answered. */
export const SILENT_AFTER = sql`interval '7 days'`;

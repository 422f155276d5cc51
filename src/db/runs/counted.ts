import { type SQL, sql } from 'drizzle-orm';
import type { Trigger } from './lifecycle.ts';

/**
 * Which runs /stats, /metrics and /health tell of: polls and uploads, however they ended, and withdrawn ones too. A dry
 * run moves nothing. Fetched history says nothing of how a source stands, and is counted by itself.
 */
const IS_COUNTED: Record<Trigger, boolean> = {
  cron: true,
  manual: true,
  upload: true,
  dry_run: false,
  backfill: false,
};

// Said by what is left out, as the indexes of runs say it.
const LEFT_OUT = (Object.keys(IS_COUNTED) as Trigger[]).filter((trigger) => !IS_COUNTED[trigger]);

/** The condition for rows of an alias that have a trigger. */
export const isCounted = (row: string): SQL =>
  sql.raw(`(${LEFT_OUT.map((trigger) => `${row}.trigger <> '${trigger}'`).join(' and ')})`);

/** The same of one trigger. */
export const isCountedTrigger = (trigger: Trigger): boolean => IS_COUNTED[trigger];

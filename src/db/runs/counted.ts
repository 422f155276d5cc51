import { type SQL, sql } from 'drizzle-orm';
import type { Trigger } from './lifecycle.ts';

/**
 * The runs in /stats, /metrics and /health: polls and uploads with any result, including withdrawn ones. A dry run
 * changes nothing. Fetched history says nothing about the state of a source, so it is counted separately.
 */
const IS_COUNTED: Record<Trigger, boolean> = {
  cron: true,
  manual: true,
  upload: true,
  dry_run: false,
  backfill: false,
};

// Expressed by the excluded triggers, like the indexes of runs.
const LEFT_OUT = (Object.keys(IS_COUNTED) as Trigger[]).filter((trigger) => !IS_COUNTED[trigger]);

/** The condition for rows of an alias that have a trigger. */
export const isCounted = (row: string): SQL =>
  sql.raw(`(${LEFT_OUT.map((trigger) => `${row}.trigger <> '${trigger}'`).join(' and ')})`);

/** The same of one trigger. */
export const isCountedTrigger = (trigger: Trigger): boolean => IS_COUNTED[trigger];

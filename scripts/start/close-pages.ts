// Loaded into the wrangler process. The runtime of wrangler dev answers some pages before the Worker: an explorer
// and a public address of the R2 bucket, and triggers of the cron and email handlers. None asks for a token. This
// code moves them to a path that only this start knows, so their former paths lead to the Worker.
import fs from 'node:fs';
import { PAGES_SECRET } from './processes.ts';

const ENTRY = /[\\/]miniflare[\\/]dist[\\/]src[\\/]workers[\\/]core[\\/]entry\.worker\.js$/;
const PAGES = /"\/(?:cdn-cgi\/local|__cf_local)\//g;
const SCHEDULED = '"/cdn-cgi/local/scheduled"';

const secret = process.env[PAGES_SECRET];
const read = fs.readFileSync;
if (secret !== undefined) {
  Object.assign(fs, {
    readFileSync(...given: Parameters<typeof read>) {
      const contents = read(...given);
      const is_entry = typeof given[0] === 'string' && ENTRY.test(given[0]);
      return is_entry ? movePages(String(contents), secret) : contents;
    },
  });
}

/** Throws if the pages are elsewhere: read the new version of wrangler first. */
function movePages(entry: string, to: string): string {
  if (!entry.includes(SCHEDULED)) throw new Error('The pages of wrangler dev are not where they were.');
  return entry.replaceAll(PAGES, `"/cdn-cgi/${to}/`);
}

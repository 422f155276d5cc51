import { readFileSync, writeFileSync } from 'node:fs';
import type { ToolResult } from '../../../scripts/tool.ts';
import { type FakeAccount, runFakeWrangler } from './fake-cloudflare.ts';

/** Replaces wrangler and the account behind it, which is stored in a JSON file. */
export function fakeWrangler(file: string, args: string[], environment: NodeJS.Dict<string>): ToolResult {
  const account = JSON.parse(readFileSync(file, 'utf8')) as FakeAccount;
  const before = account.calls.length;
  const result = runFakeWrangler(account, args, environment);
  // Lookups run in parallel and change nothing, so only changes are stored.
  if (account.calls.length > before) writeFileSync(file, JSON.stringify(account));
  return result;
}

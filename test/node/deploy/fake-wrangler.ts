import { readFileSync, writeFileSync } from 'node:fs';
import type { ToolResult } from '../../../scripts/tool.ts';
import { type FakeAccount, runFakeWrangler } from './fake-cloudflare.ts';

/** Stands in for wrangler and the account behind it, which a JSON file keeps. */
export function fakeWrangler(file: string, args: string[], environment: NodeJS.Dict<string>): ToolResult {
  const account = JSON.parse(readFileSync(file, 'utf8')) as FakeAccount;
  const before = account.calls.length;
  const result = runFakeWrangler(account, args, environment);
  // Look-ups run side by side and change nothing, so only what changes something is kept.
  if (account.calls.length > before) writeFileSync(file, JSON.stringify(account));
  return result;
}

import { readFileSync, writeFileSync } from 'node:fs';
import type { ToolResult } from '../../../scripts/tool.ts';

/**
 * The account that the fake wrangler works with, kept in a JSON file. What is asked is answered in wrangler's words,
 * and kept in `calls`.
 */
export interface FakeAccount {
  accounts: { id: string; name: string }[];
  buckets: string[];
  queues: string[];
  /** Null: the Worker was never deployed. */
  secrets: Record<string, string> | null;
  /** Where the deployed Worker answers. */
  url: string;
  /** Commands that fail, with what they say. */
  refuses: Record<string, string>;
  calls: string[];
}

interface Asked {
  account: FakeAccount;
  args: string[];
  environment: NodeJS.Dict<string>;
}

/** What each command prints; throws what it says when it fails. */
const COMMANDS: Record<string, (asked: Asked) => string> = {
  'whoami --json': ({ account: { accounts } }) => {
    if (accounts.length === 0) throw new Error('{"loggedIn":false}');
    return JSON.stringify({ loggedIn: true, accounts });
  },
  'r2 bucket info': ({ account, args }) =>
    found(account.buckets, args, 'The specified bucket does not exist. [code: 10006]'),
  'queues info': ({ account, args }) =>
    found(account.queues, args, `Queue "${args.at(-1)}" does not exist. To create it, run: …`),
  'r2 bucket create': ({ account, args }) => String(account.buckets.push(args.at(-1) ?? '')),
  'queues create': ({ account, args }) => String(account.queues.push(args.at(-1) ?? '')),
  'secret list': ({ account: { secrets } }) => {
    if (secrets === null) throw new Error('Worker "cointape" not found.');
    return JSON.stringify(Object.keys(secrets).map((name) => ({ name, type: 'secret_text' })));
  },
  'deploy --dry-run': () => '--dry-run: exiting now.',
  'deploy --secrets-file': ({ account, args, environment }) => {
    const file = args[args.indexOf('--secrets-file') + 1] ?? '';
    const given = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    account.secrets = { ...account.secrets, ...given };
    const entry = { type: 'deploy', version: 1, targets: [account.url] };
    writeFileSync(environment.WRANGLER_OUTPUT_FILE_PATH ?? '', `${JSON.stringify(entry)}\n`);
    return `Deployed cointape triggers\n  ${account.url}`;
  },
};

function found(names: string[], args: string[], otherwise: string): string {
  if (names.includes(args.at(-1) ?? '')) return 'id: 1';
  throw new Error(otherwise);
}

/** Stands in for wrangler and the account of `file` behind it. */
export function fakeWrangler(file: string, args: string[], environment: NodeJS.Dict<string>): ToolResult {
  const account = JSON.parse(readFileSync(file, 'utf8')) as FakeAccount;
  const line = args.join(' ');
  const result = answer({ account, args, environment }, line);
  // Look-ups run side by side and change nothing, so only what changes something is kept.
  if (/ create |^deploy --secrets-file/.test(line)) {
    account.calls.push(line.replace(/ \/\S+/, ' FILE'));
    writeFileSync(file, JSON.stringify(account));
  }
  return result;
}

function answer(asked: Asked, line: string): ToolResult {
  const name = Object.keys(COMMANDS).find((command) => line.startsWith(command)) ?? '';
  try {
    const refusal = asked.account.refuses[name];
    if (refusal !== undefined) throw new Error(refusal);
    return printed(0, (COMMANDS[name] ?? (() => `unknown command ${line}`))(asked));
  } catch (error) {
    const { message } = error as Error;
    const told = `\n✘ [ERROR] ${message}\n\n🪵  Logs were written to "x.log"`;
    return printed(1, message.startsWith('{') ? message : told);
  }
}

const printed = (code: number, text: string): ToolResult => ({
  code,
  stdout: `${text}\n`,
  output: `${text}\n`,
});

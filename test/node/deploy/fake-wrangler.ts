import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Stands in for wrangler and the account behind it. The account is the JSON file FAKE_ACCOUNT; what is asked is
 * answered in wrangler's words, and kept in `calls`.
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

const file = process.env.FAKE_ACCOUNT ?? '';
const account = JSON.parse(readFileSync(file, 'utf8')) as FakeAccount;
const args = process.argv.slice(2);
const option = (name: string) => args[args.indexOf(name) + 1] ?? '';

/** What each command prints; throws what it says when it fails. */
const COMMANDS: Record<string, () => string> = {
  'whoami --json': () => {
    if (account.accounts.length === 0) throw new Error('{"loggedIn":false}');
    return JSON.stringify({ loggedIn: true, accounts: account.accounts });
  },
  'r2 bucket info': () => found(account.buckets, 'The specified bucket does not exist. [code: 10006]'),
  'queues info': () => found(account.queues, `Queue "${args.at(-1)}" does not exist. To create it, run: …`),
  'r2 bucket create': () => String(account.buckets.push(args.at(-1) ?? '')),
  'queues create': () => String(account.queues.push(args.at(-1) ?? '')),
  'secret list': () => {
    if (account.secrets === null) throw new Error('Worker "cointape" not found.');
    return JSON.stringify(Object.keys(account.secrets).map((name) => ({ name, type: 'secret_text' })));
  },
  'deploy --dry-run': () => '--dry-run: exiting now.',
  'deploy --secrets-file': () => {
    const given = JSON.parse(readFileSync(option('--secrets-file'), 'utf8')) as Record<string, string>;
    account.secrets = { ...account.secrets, ...given };
    const entry = { type: 'deploy', version: 1, targets: [account.url] };
    writeFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH ?? '', `${JSON.stringify(entry)}\n`);
    return `Deployed cointape triggers\n  ${account.url}`;
  },
};

function found(names: string[], otherwise: string): string {
  if (names.includes(args.at(-1) ?? '')) return 'id: 1';
  throw new Error(otherwise);
}

const line = args.join(' ');
const name = Object.keys(COMMANDS).find((command) => line.startsWith(command)) ?? '';
try {
  const refusal = account.refuses[name];
  if (refusal !== undefined) throw new Error(refusal);
  console.log((COMMANDS[name] ?? (() => `unknown command ${line}`))());
} catch (error) {
  const { message } = error as Error;
  console.log(
    message.startsWith('{') ? message : `\n✘ [ERROR] ${message}\n\n🪵  Logs were written to "x.log"`,
  );
  process.exitCode = 1;
}
// Look-ups run side by side and change nothing, so only what changes something is kept.
if (/ create |^deploy --secrets-file/.test(line)) {
  account.calls.push(line.replace(/ \/\S+/, ' FILE'));
  writeFileSync(file, JSON.stringify(account));
}

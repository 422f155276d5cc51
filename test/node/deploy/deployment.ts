import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, UNKNOWN } from '../../../scripts/deploy/database.ts';
import { parseFlags } from '../../../scripts/deploy/flags.ts';
import { deploy } from '../../../scripts/deploy/run.ts';
import { reasonOf } from '../../../scripts/reason.ts';
import { type Asked, answerOfWorker } from './deployed-worker.ts';
import { answerApi, type FakeAccount, newAccount, runFakeWrangler } from './fake-cloudflare.ts';

export const TOKENS = {
  SCHEDULER_TOKEN: 'scheduler-token-0123456789',
  UPLOAD_TOKEN: 'upload-token-0123456789',
  READ_TOKEN: 'app=read-token-0123456789',
};
const POOLED = 'postgres://user:word@ep-cool-1234-pooler.us-east-1.aws.neon.tech/tape';
const API = 'https://api.test/v4';

export interface Given {
  account?: Partial<FakeAccount>;
  /** The text of files beside wrangler.toml, by name. */
  files?: Record<string, string>;
  environment?: Record<string, string>;
  database?: Partial<Database>;
  /** Sources of the Worker that have no rows. */
  fails?: string[];
}

/** `npm run deploy` in this process, with a fake account, a fake database and a Worker that answers at once. */
export function deployment({
  account = {},
  files = {},
  environment = {},
  database = {},
  fails = [],
}: Given = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cointape-deployment-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync('wrangler.toml', join(folder, 'wrangler.toml'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const cloudflare: FakeAccount = { ...newAccount(), ...account };
  const prepared: string[][] = [];
  const asked: (Asked & { origin: string })[] = [];
  const ask = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { href, origin, pathname } = new URL(String(input));
    const authorization = new Headers(init?.headers).get('authorization');
    if (href.startsWith(API)) return answerApi(cloudflare, href.slice(API.length), authorization);
    asked.push({ origin, path: pathname, token: authorization ?? undefined });
    return Response.json(answerOfWorker(pathname, fails));
  };
  const run = async (...args: string[]) => {
    const lines: string[] = [];
    const flags = parseFlags(args);
    if (flags === 'help') throw new Error('help is not deployed');
    const code = await deploy(
      {
        folder,
        environment: { ...TOKENS, DATABASE_URL: POOLED, CLOUDFLARE_API_BASE_URL: API, ...environment },
        wrangler: async (command, options) => runFakeWrangler(cloudflare, command, options?.env ?? {}),
        fetch: ask,
        database: {
          read: async () => ({ ...UNKNOWN, version: 17, pending: ['0000_tape'], is_new: true, ...database }),
          prepare: async (...given) => void prepared.push(given),
        },
        print: (line) => lines.push(line),
        complain: (line) => lines.push(line),
      },
      flags,
    ).then(
      () => 0,
      (error: unknown) => {
        lines.push(`error: ${reasonOf(error)}`);
        return 1;
      },
    );
    return {
      code,
      output: lines.join('\n'),
      lines: (word: string) => lines.filter((line) => line.startsWith(word)),
    };
  };
  return {
    run,
    cloudflare,
    prepared,
    asked,
    file: (name: string) =>
      existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : null,
    files: () => readdirSync(folder).toSorted(),
  };
}

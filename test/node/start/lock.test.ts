import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from '../../../scripts/start/lock.ts';
import { isAlive, MARK } from '../../../scripts/start/processes.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cointape-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = () => JSON.parse(readFileSync(path, 'utf8')) as unknown;
const write = (lock: unknown) => writeFileSync(path, JSON.stringify(lock));

async function spawnNode(script: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['-e', script, 'scripts/start.ts'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  await once(child.stdout, 'data');
  return { child, pid: child.pid ?? 0, ended: once(child, 'exit') };
}
const FOREVER = "console.log('up'); setInterval(() => {}, 1e6)";

async function deadPid(): Promise<number> {
  const { child, pid, ended } = await spawnNode(FOREVER);
  child.kill('SIGKILL');
  await ended;
  return pid;
}

test('locks the folder with its pid and its children, and releases it', async () => {
  const lock = await takeLock(folder);
  lock.addChild(12345);
  expect(read()).toEqual({ pid: process.pid, children: [12345] });
  lock.release();
  expect(existsSync(path)).toBe(false);
});

test('refuses while another start is alive, naming its pid', async () => {
  const { child, pid, ended } = await spawnNode(FOREVER);
  write({ pid, children: [] });
  await expect(takeLock(folder)).rejects.toThrow(`Another start (pid ${pid}) is using ${folder}.`);
  expect(read()).toEqual({ pid, children: [] });
  child.kill('SIGKILL');
  await ended;
});

test.each([
  ['a dead pid', async () => JSON.stringify({ pid: await deadPid(), children: [] })],
  ['a pid that now belongs to a stranger', async () => JSON.stringify({ pid: process.ppid, children: [] })],
  [
    'our own pid, as in a restarted container',
    async () => JSON.stringify({ pid: process.pid, children: [] }),
  ],
  ['something unreadable', async () => '{"pid":'],
])('replaces the lock of %s', async (_name, text) => {
  writeFileSync(path, await text());
  const lock = await takeLock(folder);
  expect(read()).toEqual({ pid: process.pid, children: [] });
  lock.release();
});

test('ends the remaining processes of a killed start in this folder, and nothing else', async () => {
  const orphan = await spawnNode(FOREVER, { [MARK]: folder });
  const stranger = await spawnNode(FOREVER, { [MARK]: `${folder}-other` });
  write({ pid: await deadPid(), children: [stranger.pid] });
  const lock = await takeLock(folder);
  await orphan.ended;
  expect(isAlive(stranger.pid)).toBe(true);
  stranger.child.kill('SIGKILL');
  await stranger.ended;
  lock.release();
});

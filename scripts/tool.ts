import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

const BIN = join(import.meta.dirname, '../node_modules/.bin');

const QUIET = { NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' };

export interface ToolResult {
  code: number;
  stdout: string;
  /** Both streams in the order of arrival. */
  output: string;
}

/**
 * Runs a tool by its name and collects its output. `show` passes it on at once. npm puts our node_modules/.bin
 * first into PATH; for a script started without npm it comes last.
 */
export function runTool(
  name: string,
  args: string[],
  options: { env?: Record<string, string>; show?: boolean } = {},
): Promise<ToolResult> {
  const path = { PATH: `${process.env.PATH ?? ''}${delimiter}${BIN}` };
  const env = { ...process.env, ...QUIET, ...path, ...options.env };
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let stdout = '';
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
    output += chunk;
    if (options.show) process.stdout.write(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
    if (options.show) process.stderr.write(chunk);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, stdout, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, output }));
  });
}

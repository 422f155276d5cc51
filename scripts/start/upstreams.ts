import { startSandbox } from '../sandbox/server.ts';
import type { Flags } from './flags.ts';
import { chooseMode, type Mode, PUBLIC_UPSTREAMS, type Upstreams } from './mode.ts';
import type { Variables } from './worker-variables.ts';

export interface OpenUpstreams extends Upstreams {
  mode: Mode;
  close(): Promise<void>;
}

/** Decides between live and sandbox, says which and why, and starts the sandbox when it is that. */
export async function openUpstreams(
  flags: Flags,
  variables: Variables,
  print: (line: string) => void,
  stop: AbortSignal,
): Promise<OpenUpstreams> {
  const { COINPAPRIKA_BASE_URL: coinpaprika, COINGECKO_BASE_URL: coingecko } = variables;
  const configured = coinpaprika !== undefined || coingecko !== undefined;
  const { mode, reason } = await chooseMode(flags.mode, configured, stop);
  if (mode === 'sandbox') return openSandbox(reason, print);
  const live = {
    coinpaprika: coinpaprika ?? PUBLIC_UPSTREAMS.coinpaprika,
    coingecko: coingecko ?? PUBLIC_UPSTREAMS.coingecko,
  };
  print(`upstreams  live: ${live.coinpaprika} and ${live.coingecko}`);
  return { mode, ...live, close: async () => {} };
}

async function openSandbox(
  reason: string | undefined,
  print: (line: string) => void,
): Promise<OpenUpstreams> {
  const sandbox = await startSandbox();
  const line = '='.repeat(78);
  print(line);
  print(`SANDBOX: the prices are synthetic${reason ? `, because ${reason}` : ''}.`);
  print(`Both upstream APIs, and faults on demand, are at ${sandbox.url}`);
  print(line);
  return {
    mode: 'sandbox',
    coinpaprika: `${sandbox.url}/coinpaprika`,
    coingecko: `${sandbox.url}/coingecko`,
    close: () => sandbox.close(),
  };
}

import {
  POLLED_BY_DEFAULT,
  POLLED_SOURCES,
  type PolledSource,
  planName,
  planOf,
  sourcesOn,
} from '../../src/sources/registry.ts';
import { SOURCES } from '../sandbox/market.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { Flags } from './flags.ts';
import { chooseMode, type Mode } from './mode.ts';
import type { Variables } from './worker-variables.ts';

export interface OpenUpstreams {
  mode: Mode;
  /** The Worker's variables that describe them. */
  variables: Variables;
  close(): Promise<void>;
}

/** Chooses live or sandbox, prints the choice and its reason, and starts the sandbox if needed. */
export async function openUpstreams(
  flags: Flags,
  variables: Variables,
  print: (line: string) => void,
  stop: AbortSignal,
  claimed?: Mode,
): Promise<OpenUpstreams> {
  const roots = polled(variables).map((source) => rootOf(source, variables));
  const configured = POLLED_SOURCES.some((source) => given(source, 'base_url', variables) !== undefined);
  const { mode, reason } = await chooseMode(flags.mode, { roots, configured, claimed }, stop);
  if (mode === 'sandbox') return openSandbox(reason, print, flags.limits ? planLimits(variables) : []);
  print(`upstreams  live: ${roots.join(' and ')}`);
  return { mode, variables: {}, close: async () => {} };
}

/** The sources in SOURCES. The Worker refuses a wrong name. */
function polled({ SOURCES }: Variables): PolledSource[] {
  const ids = SOURCES?.split(',').map((id) => id.trim()) ?? POLLED_BY_DEFAULT;
  return sourcesOn({ SOURCES: ids });
}

/** The address of a source: its base URL, or the root of its plan. */
function rootOf(source: PolledSource, variables: Variables): string {
  const plan = planName(source, {
    api_key: given(source, 'api_key', variables),
    plan: given(source, 'plan', variables),
  });
  const { base_url } = source.plans[plan] ?? planOf(source, 'keyless');
  return given(source, 'base_url', variables) ?? base_url;
}

function given(
  source: PolledSource,
  field: PolledSource['variables'][number]['field'],
  variables: Variables,
): string | undefined {
  const variable = source.variables.find((one) => one.field === field);
  return variable === undefined ? undefined : variables[variable.name];
}

/**
 * The limits of a source's plan. The sandbox enforces them, and the Worker must know them, or it would only count.
 */
interface RehearsedLimits {
  source: PolledSource;
  minute: number | null;
  month: number | null;
}

function planLimits(variables: Variables): RehearsedLimits[] {
  return polled(variables).map((source) => {
    const plan = planName(source, {
      api_key: given(source, 'api_key', variables),
      plan: given(source, 'plan', variables),
    });
    const { minute, month } = planOf(source, plan).calls_max;
    const told = given(source, 'calls_per_month', variables);
    return { source, minute, month: told === undefined ? month : Number(told) };
  });
}

async function openSandbox(
  reason: string | undefined,
  print: (line: string) => void,
  limits: RehearsedLimits[],
): Promise<OpenUpstreams> {
  const kept = limits.flatMap(({ source: { id }, minute, month }) => {
    const source = SOURCES.find((one) => one === id);
    return source === undefined ? [] : [{ source, minute, month }];
  });
  const sandbox = await startSandbox({ limits: kept });
  const line = '='.repeat(78);
  print(line);
  print(`SANDBOX: the prices are synthetic${reason ? `, because ${reason}` : ''}.`);
  print(`The upstream APIs, and faults on demand, are at ${sandbox.url}`);
  print(line);
  for (const { source, minute, month } of kept)
    print(
      `limits  ${source}: ${minute ?? 'any number of'} calls a minute, ${month ?? 'any number of'} a month`,
    );
  const variables = { ...sandboxVariables(sandbox.url), ...limitVariables(limits) };
  return { mode: 'sandbox', variables, close: () => sandbox.close() };
}

const limitVariables = (limits: RehearsedLimits[]): Variables =>
  Object.fromEntries(
    limits.flatMap(({ source, month }) =>
      month === null
        ? []
        : source.variables
            .filter(({ field }) => field === 'calls_per_month')
            .map(({ name }) => [name, String(month)]),
    ),
  );

/** Every source, polled or not, has its API below its own name. Keys have no effect there. */
const sandboxVariables = (url: string): Variables =>
  Object.fromEntries(
    POLLED_SOURCES.flatMap(({ id, variables }) =>
      variables.filter(({ field }) => field === 'base_url').map(({ name }) => [name, `${url}/${id}`]),
    ),
  );

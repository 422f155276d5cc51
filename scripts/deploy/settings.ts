import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { reasonOf } from '../reason.ts';
import { type Profile, withProfile } from './profiles.ts';

/** A table of a TOML file. */
type Table = Record<string, unknown>;

/** The deployed settings: wrangler.toml, overridden by the settings of this deployment. */
export interface DeploySettings {
  /** The name of the file with the deployment's own settings, for messages. Git ignores the file. */
  own_file: string;
  /** Its current text, and the text that the profile wants. Empty if there is no file. */
  own: { now: string; wanted: string };
  /** Both files, merged. */
  merged: Table;
}

/** The deployment without an environment name. */
const DEFAULT = 'deploy';

/**
 * Reads wrangler.toml, then wrangler.deploy.toml or the file of a named environment on top. `git pull` therefore
 * never touches the settings of a deployment. An environment has its own Worker, bucket and queues.
 */
export function readSettings(
  folder: string,
  environment: string | undefined,
  profile: Profile | undefined,
): DeploySettings {
  const base = parseToml('wrangler.toml', readFileSync(join(folder, 'wrangler.toml'), 'utf8'));
  const own_file = `wrangler.${environment ?? DEFAULT}.toml`;
  const path = join(folder, own_file);
  const now = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const wanted = profile === undefined ? now : withProfile(now, profile);
  const own = parseToml(own_file, wanted);
  const name = own.name ?? (environment === undefined ? base.name : `${base.name}-${environment}`);
  return { own_file, own: { now, wanted }, merged: merge(renamed(base, String(name)), own) };
}

function parseToml(file: string, text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

/** Tables are merged member by member; any other value of `over` replaces the value with the same key. */
export function merge(base: Table, over: Table): Table {
  const merged: Table = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const below = base[name];
    merged[name] = isTable(value) && isTable(below) ? merge(below, value) : value;
  }
  return merged;
}

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Its bucket, queues and limiter are named after the Worker, so two Workers never share one. */
function renamed(base: Table, name: string): Table {
  const old = String(base.name);
  if (name === old) return base;
  const follow = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((item) => follow(item));
    if (isTable(value))
      return Object.fromEntries(
        Object.entries(value).map(([member, inner]) => [member, follow(inner, member)]),
      );
    if (key === 'namespace_id') return namespaceOf(name);
    const isName = /^(bucket_name|queue|dead_letter_queue)$/.test(key) && typeof value === 'string';
    return isName && value.startsWith(old) ? name + value.slice(old.length) : value;
  };
  return { ...base, name, ...pick(base, follow) };
}

const pick = (base: Table, follow: (value: unknown) => unknown): Table =>
  Object.fromEntries(
    ['r2_buckets', 'queues', 'ratelimits'].flatMap((key) => (key in base ? [[key, follow(base[key])]] : [])),
  );

/** Limiters with the same namespace share their counts within an account. */
const namespaceOf = (name: string): string =>
  String((createHash('sha256').update(name).digest().readUInt32BE() % 900_000_000) + 100_000_000);

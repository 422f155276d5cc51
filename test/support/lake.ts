import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import type { Deps } from '../../src/deps.ts';
import { microsOf } from '../../src/domain/instant.ts';
import { inMemory, rowGroups } from '../../src/lake/decode.ts';
import { idOf, type LakeRow } from '../../src/lake/row.ts';
import { writeLake } from '../../src/lake/write.ts';
import { rows, testDeps } from './deps.ts';

/** With the lake on. */
export const lakeDeps = (replaced: Partial<Deps> = {}, variables: Record<string, string> = {}): Deps =>
  testDeps(replaced, { LAKE: 'on', ...variables });

/** Writes everything that is due; returns the number of messages. */
export async function writeAll(deps: Deps = lakeDeps(), rows_max?: number): Promise<number> {
  for (let slices = 1; ; slices += 1) {
    const outcome = await writeLake(deps, rows_max);
    if (outcome === 'done') return slices;
    if (outcome !== 'continue') throw new Error(`It is busy for ${outcome.busy_seconds} s.`);
  }
}

export interface Manifest {
  part: string;
  kind: string;
  day: string;
  rows: number;
  sha256: string | null;
  version_from: string;
  version_to: string;
}

export const manifest = () =>
  rows<Manifest>(sql`
    select part, kind, day::text as day, rows, sha256, version_from, version_to from lake_parts
    order by kind, version_to, part`);

/** The bytes of a part as stored in R2. */
export async function partBytes(part: string): Promise<Uint8Array> {
  const bytes = await testDeps().lake.read(part);
  if (bytes === null) throw new Error(`${part} is not there.`);
  return bytes;
}

/** The changes of all written parts, in the order of their versions. */
export async function lakeRows(): Promise<LakeRow[]> {
  const all: LakeRow[] = [];
  for (const { part, kind, sha256 } of await manifest())
    if (kind === 'changes' && sha256 !== null)
      for await (const group of rowGroups(inMemory(await partBytes(part)))) all.push(...group);
  return all.sort((a, b) => Number(microsOf(a.version) - microsOf(b.version)));
}

/** Names of the objects in R2 under the prefix of parts. */
export async function storedParts(): Promise<string[]> {
  const bucket = (env as unknown as { UPLOADS: R2Bucket }).UPLOADS;
  const { objects } = await bucket.list({ prefix: 'lake/' });
  return objects.map(({ key }) => key.replace('lake/', '')).sort();
}

export async function emptyLake(): Promise<void> {
  const bucket = (env as unknown as { UPLOADS: R2Bucket }).UPLOADS;
  const names = await storedParts();
  if (names.length > 0) await bucket.delete(names.map((name) => `lake/${name}`));
}

/** The ids that are current as of a version: the view of docs/lake.md, written by hand. */
export function currentAt(all: readonly LakeRow[], isKnown: (version: string) => boolean): string[] {
  const last = new Map<string, LakeRow>();
  for (const row of all) {
    const key = JSON.stringify([row.source, row.external_id, row.kind, row.created_at]);
    const before = last.get(key);
    if (isKnown(row.version) && (before === undefined || isLater(row, before))) last.set(key, row);
  }
  return [...last.values()]
    .filter(({ change }) => change !== 'withdrawn')
    .map(idOf)
    .sort();
}

const isLater = (a: LakeRow, b: LakeRow): boolean =>
  a.version === b.version ? a.revision > b.revision : microsOf(a.version) > microsOf(b.version);

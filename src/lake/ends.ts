import type { AsyncBuffer } from 'hyparquet';
import { type Instant, microsOf } from '../domain/instant.ts';
import { storedGroups } from './decode.ts';

/** The ends of rows, by their ids: the version that replaced or withdrew them. */
export type Ends = Map<string, Instant>;

/** Adds the ends of rows from a part. A row ends once: the first version that ends it counts. */
export async function addEnds(ends: Ends, file: AsyncBuffer): Promise<void> {
  for await (const group of storedGroups(file, ['version', 'change', 'id', 'replaces']))
    for (const { version, change, id, replaces } of group) {
      const ended = change === 'withdrawn' ? id : change === 'revised' ? replaces : null;
      if (ended === null || ended === undefined) continue;
      const [name, at] = [String(ended), String(version)];
      const known = ends.get(name);
      if (known === undefined || microsOf(at) < microsOf(known)) ends.set(name, at);
    }
}

import { sql } from 'drizzle-orm';
import { rows } from '../support/deps.ts';
import { exported, Mirror } from '../support/mirror.ts';

/** The differences between /data and a copy that follows only /changes. */
export async function differencesOfCopy(): Promise<string[]> {
  const mirror = new Mirror();
  while ((await mirror.page(1000)) === 'more');
  const wanted = (await exported())?.rows ?? new Map();
  const [removed] = await rows(sql`select from retention where rows_removed > 0`);
  // Thinned rows stay in a copy.
  const extra = removed === undefined ? [...mirror.rows.keys()].filter((id) => !wanted.has(id)) : [];
  const differing = [...wanted].filter(
    ([id, row]) => JSON.stringify(mirror.rows.get(id)) !== JSON.stringify(row),
  );
  return [...extra, ...differing.map(([id]) => id)].slice(0, 3).map((id) => `a copy differs in ${id}`);
}

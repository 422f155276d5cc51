import { BEATS, beatMinutes } from '../../domain/beat.ts';
import type { Settings } from '../../env.ts';
import { polledSource } from '../../sources/registry.ts';

/** Files come when somebody uploads one; their daily values get old after so many days. */
const FILE_STALE_SECONDS = 3 * 86_400;

/** Age, in seconds, from which a source's value is stale. */
export function staleAfterSeconds(settings: Settings, id: string): number {
  const source = polledSource(id);
  return source === undefined ? FILE_STALE_SECONDS : beatMinutes(settings.POLL_MINUTES, source) * BEATS * 60;
}

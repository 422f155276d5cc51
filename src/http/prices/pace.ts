import { isPolled, staleBeatSeconds } from '../../domain/pace.ts';
import type { Settings } from '../../env.ts';

/** Files come when somebody uploads one; their daily values get old after so many days. */
const FILE_STALE_SECONDS = 3 * 86_400;

/** Age, in seconds, from which a source's value is stale. */
export const staleAfterSeconds = (settings: Settings, source: string): number =>
  isPolled(source) ? staleBeatSeconds(settings.POLL_MINUTES, source) : FILE_STALE_SECONDS;

import manifest from '../../../package.json' with { type: 'json' };
import type { Env } from '../../env.ts';

/** The release, as the OpenAPI document names it. */
export const RELEASE: string = manifest.version;

/** The deployed version: its tag or id where there is one, else the release. */
export const deployedVersion = (env: Env): string => env.VERSION?.tag || env.VERSION?.id || RELEASE;

/** Tells the replies of one deployment from those of another. */
export const deploymentOf = (env: Env): string =>
  (env.VERSION?.id || 'local').replaceAll('-', '').slice(0, 8);

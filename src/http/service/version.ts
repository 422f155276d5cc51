import manifest from '../../../package.json' with { type: 'json' };
import type { Env } from '../../env.ts';

/** The release, as in the OpenAPI document. */
export const RELEASE: string = manifest.version;

/** The deployed version: its tag or id if there is one, otherwise the release. */
export const deployedVersion = (env: Env): string => env.VERSION?.tag || env.VERSION?.id || RELEASE;

/** Distinguishes the replies of deployments. */
export const deploymentOf = (env: Env): string =>
  (env.VERSION?.id || 'local').replaceAll('-', '').slice(0, 8);

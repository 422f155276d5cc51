import type { ToolResult } from '../tool.ts';
import type { Database } from './database.ts';

/** All outside effects of a deployment. Tests replace them. */
export interface DeployDeps {
  /** The folder of wrangler.toml. */
  folder: string;
  environment: NodeJS.Dict<string>;
  /** Runs wrangler in that folder. `show` passes its output on at once. */
  wrangler: (
    args: string[],
    options?: { env?: Record<string, string>; show?: boolean },
  ) => Promise<ToolResult>;
  /** For Cloudflare's API and the deployed Worker. */
  fetch: typeof fetch;
  database: {
    /** Reads, and changes nothing. */
    read: (url: string) => Promise<Database>;
    /** Applies the migrations, and binds the database to the object store. */
    prepare: (url: string, store_id: string) => Promise<void>;
  };
  print: (line: string) => void;
  complain: (line: string) => void;
}

// What the bundler takes for `zod` (wrangler.toml, alias). @hono/zod-openapi uses zod as one value, which would
// bring its fifty languages along, 370 KB of them; it needs the two classes that it extends.
import { ZodObject, ZodType } from '../../node_modules/zod/index.js';

export * from '../../node_modules/zod/index.js';
export const z = { ZodObject, ZodType };

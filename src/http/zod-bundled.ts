// Replaces `zod` in the bundle (wrangler.toml, alias). @hono/zod-openapi uses zod as one value, which would include
// its fifty languages, 370 KB; it needs only the two classes that it extends.
import { ZodObject, ZodType } from '../../node_modules/zod/index.js';

export * from '../../node_modules/zod/index.js';
export const z = { ZodObject, ZodType };

// Adds `.openapi(...)` to the schemas. All modules import `* as z` from here: as one value, zod would bring its
// fifty languages into the bundle.
import '@hono/zod-openapi';

export * from 'zod';

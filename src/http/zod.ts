// Gives the schemas `.openapi(...)`. Everybody imports `* as z` from here: as one value, zod would bring its
// fifty languages into the bundle.
import '@hono/zod-openapi';

export * from 'zod';

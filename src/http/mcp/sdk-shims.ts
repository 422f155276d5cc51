// Replaces, in the bundle, the part of the MCP server that depends on the runtime (wrangler.toml, alias). The
// original contains a validator of JSON Schemas, 22 KB, for requests from servers to their clients. Our server
// sends none.

/** Used for schemas of forms that a user fills in. */
export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new Error('This server asks its clients nothing.');
  }
}

/** Used by servers that talk over standard input and output. */
export const process = {};

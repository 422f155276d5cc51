// What the bundler takes for the part of the MCP server that differs by runtime (wrangler.toml, alias). Ours has a
// validator of JSON Schemas, 22 KB, which serves what servers ask of their clients: nothing here asks one anything.

/** Used for schemas of forms that a user fills in. */
export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new Error('This server asks its clients nothing.');
  }
}

/** Used by servers that talk over standard input and output. */
export const process = {};

import { buildDocument } from '../../src/http/document.ts';
import { ENDPOINTS } from '../../src/http/endpoints.ts';

// The OpenAPI document, as read by a machine that knows nothing else about the service.

/** A JSON Schema, as far as this code reads it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  format?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  [keyword: string]: unknown;
}

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required?: boolean;
  schema: Schema;
}

export interface DeclaredResponse {
  description: string;
  headers?: Record<string, { required?: boolean }>;
  content?: Record<string, { schema: Schema }>;
}

export interface Operation {
  method: 'GET' | 'POST';
  /** In OpenAPI form: `/runs/{id}`. */
  path: string;
  parameters: Parameter[];
  body: Schema | null;
  /** The only media type of the body. */
  body_type: string | null;
  needs_token: boolean;
  responses: Record<string, DeclaredResponse>;
}

interface Written {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  security?: Record<string, unknown>[];
  responses: Record<string, DeclaredResponse>;
}

const document = buildDocument(ENDPOINTS) as {
  paths: Record<string, Record<string, Written>>;
  components: { schemas: Record<string, Schema> };
};

export const OPERATIONS: readonly Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, written]) => {
    const [body_type = null, body = null] = Object.entries(written.requestBody?.content ?? {})[0] ?? [];
    return {
      method: method === 'get' ? 'GET' : 'POST',
      path,
      parameters: written.parameters ?? [],
      body: body?.schema ?? null,
      body_type,
      needs_token: written.security?.every((one) => Object.keys(one).length > 0) ?? false,
      responses: written.responses,
    };
  }),
);

/** The operations at a path, as sent; HEAD uses the operation of GET. */
export function operationsAt(pathname: string): Operation[] {
  const path = decoded(pathname);
  const exact = OPERATIONS.filter((operation) => operation.path === path);
  return exact.length > 0 ? exact : OPERATIONS.filter((operation) => patternOf(operation.path).test(path));
}

const patternOf = (path: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`, 's');

function decoded(pathname: string): string {
  try {
    return decodeURI(pathname);
  } catch {
    return pathname;
  }
}

/**
 * A self-contained schema without references, and closed: an object may only contain declared members. A member
 * that a reply has and the document lacks is also a fault.
 */
export function closed(schema: Schema): Schema {
  const plain = merged(schema);
  const copy: Schema = { ...plain };
  for (const list of ['anyOf', 'oneOf'] as const) {
    const options = plain[list];
    if (options !== undefined) copy[list] = options.map(closed);
  }
  if (plain.items !== undefined) copy.items = closed(plain.items);
  if (typeof plain.additionalProperties === 'object')
    copy.additionalProperties = closed(plain.additionalProperties);
  if (plain.properties !== undefined) {
    copy.properties = Object.fromEntries(
      Object.entries(plain.properties).map(([name, value]) => [name, closed(value)]),
    );
    copy.additionalProperties ??= false;
  }
  return copy;
}

/** References resolved, and `allOf` merged into one object. */
function merged(schema: Schema): Schema {
  if (schema.$ref !== undefined) return merged(component(schema.$ref));
  if (schema.allOf === undefined) return schema;
  const { allOf, ...own } = schema;
  const parts = [...allOf.map(merged), own];
  return {
    ...Object.assign({}, ...parts),
    ...(parts.some((part) => part.properties)
      ? {
          properties: Object.assign({}, ...parts.map((part) => part.properties)),
          required: parts.flatMap((part) => part.required ?? []),
        }
      : {}),
  };
}

function component(reference: string): Schema {
  const schema = document.components.schemas[reference.replace('#/components/schemas/', '')];
  if (schema === undefined) throw new Error(`${reference} leads nowhere.`);
  return schema;
}

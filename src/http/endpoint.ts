import type { RouteConfig } from '@hono/zod-openapi';
import type { Dependence } from '../domain/front/tags.ts';
import type { Access } from './access.ts';
import type { HttpContext } from './context.ts';

/** One route: its description in the OpenAPI document, who may use it, and its handler. */
export interface Endpoint {
  method: 'get' | 'post';
  /** In OpenAPI form: `/runs/{id}`. */
  path: string;
  access: Access;
  /** A POST that changes nothing: open to pages of other sites, like every GET. */
  is_read?: true;
  /** Additional request headers that pages of other sites may send. */
  headers?: readonly string[];
  /** The dependences of its replies for a shared cache; absent if no shared cache may keep them. */
  depends_on?: Dependence;
  /** Undefined keeps the route out of the document. */
  spec?: Omit<RouteConfig, 'method' | 'path'>;
  handle: (c: HttpContext) => Response | Promise<Response>;
}

import { expect, test } from 'vitest';
import { buildDocument } from '../../src/http/document.ts';
import { ENDPOINTS } from '../../src/http/endpoints.ts';
import { ask } from '../support/http.ts';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: object[];
  parameters?: { name: string; in: string; description?: string; schema: object }[];
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; securitySchemes: object };
}

const document = buildDocument(ENDPOINTS) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
);

test('it is served as it is built', async () => {
  const answer = await ask('/openapi.json');
  expect(answer.json).toEqual(JSON.parse(JSON.stringify(document)));
  expect(document.openapi).toBe('3.1.0');
});

test('it describes exactly the existing routes', () => {
  const routes = ENDPOINTS.filter(({ spec }) => spec !== undefined).map(
    ({ method, path }) => `${method} ${path}`,
  );
  expect(operations.map(({ name }) => name).toSorted()).toEqual(routes.toSorted());
  expect(routes).toEqual(
    expect.arrayContaining([
      'get /',
      'get /data',
      'get /prices',
      'get /runs/{id}',
      'post /trigger-etl',
      'get /livez',
    ]),
  );
});

test.for(operations)('$name is complete', ({ name, operation }) => {
  expect(operation.summary).not.toBe('');
  expect(operation.tags).toHaveLength(1);
  for (const parameter of operation.parameters ?? [])
    expect(parameter, parameter.name).toMatchObject({ description: expect.stringMatching(/\w/) });
  const problems = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
  for (const [, { content }] of problems)
    expect(Object.keys(content ?? {})[0]).toMatch(/^application\/(problem\+)?json$/);
  if (name !== 'get /livez')
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['429', '500', '503']));
});

test('operation ids are unique, references have targets', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
  for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '');
});

test('tokens are named wherever they are needed', () => {
  expect(document.components.securitySchemes).toHaveProperty('schedulerToken');
  expect(document.paths['/trigger-etl']?.post?.security).toEqual([{ schedulerToken: [] }]);
  expect(document.paths['/data']?.get?.security).toEqual([{}, { readToken: [] }]);
  expect(document.paths['/livez']?.get?.security).toBe(undefined);
});

test('/docs is Swagger UI from our own files, with nothing inline', async () => {
  const { text, headers } = await ask('/docs');
  expect(headers.get('Content-Type')).toMatch(/^text\/html/);
  expect(headers.get('Content-Security-Policy')).toContain("script-src 'self'");
  expect([...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)).toEqual([
    '/vendor/swagger-ui/swagger-ui.css',
    '/docs.css',
    '/',
    '/docs/start',
    '/docs/tasks',
    '/docs/reference',
    '/docs',
    '/docs/guide',
    '/openapi.json',
    '/docs.js',
    '/vendor/swagger-ui/swagger-ui-bundle.js',
  ]);
  expect(text).not.toMatch(/<script>|https?:/);
});

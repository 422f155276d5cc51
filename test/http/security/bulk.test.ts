import { beforeAll, expect, it } from 'vitest';
import { emptyDatabase } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';

beforeAll(emptyDatabase);

const vars = { BULK_ACCESS: 'token', READ_TOKEN: 'reader' };
const EXPORTS = ['/data?format=csv', '/data?latest=true&format=ndjson', '/candles?symbol=BTC&format=csv'];

it.each(EXPORTS)('%s needs a token, and names the alternative without one', async (path) => {
  for (const method of ['GET', 'HEAD']) expect((await ask(path, { vars, method })).status).toBe(401);
  expect((await ask(path, { vars })).json).toMatchObject({
    code: 'unauthorized',
    detail:
      'Send the header "Authorization: Bearer <READ_TOKEN>". Or add limit, and follow the cursor from page to page.',
  });
  expect((await ask(path, { vars, headers: bearer('wrong') })).status).toBe(401);
  const answer = await ask(path, { vars, headers: bearer('reader') });
  expect(answer.status).toBe(200);
  expect(answer.header('Cache-Control')).toMatch(/^private, /);
  expect(answer.header('Vary')).toContain('Authorization');
});

it.each(EXPORTS)('%s is for everybody if bulk is public', async (path) => {
  const open = { ...vars, BULK_ACCESS: 'public' };
  const answer = await ask(path, { vars: open });
  expect([answer.status, answer.header('Cache-Control')?.split(',')[0]]).toEqual([200, 'public']);
  // An ETag from there gives no access here.
  const seen = { 'If-None-Match': answer.header('ETag') ?? '' };
  expect((await ask(path, { vars, headers: seen })).status).toBe(401);
  const locked = { ...open, READ_ACCESS: 'token' };
  expect((await ask(path, { vars: locked })).status).toBe(401);
  expect((await ask(path, { vars: locked, headers: bearer('reader') })).header('Cache-Control')).toMatch(
    /^private/,
  );
});

it.each(EXPORTS)('a page of %s stays open', async (path) => {
  const answer = await ask(`${path}&limit=10`, { vars });
  expect([answer.status, answer.header('Cache-Control')?.split(',')[0]]).toEqual([200, 'public']);
});

it('is closed by default', async () => {
  expect((await ask('/data?format=csv', { vars: { ...vars, BULK_ACCESS: '' } })).status).toBe(401);
});

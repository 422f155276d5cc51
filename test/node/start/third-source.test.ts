import { expect, test, vi } from 'vitest';
import { SECRETS } from '../../../scripts/deploy/configuration.ts';
import { PASSED_ON } from '../../../scripts/start/worker-variables.ts';

vi.mock('../../../src/sources/list.ts', async (original) => {
  const { LIST } = await original<{ LIST: readonly unknown[] }>();
  const { dummy } = await import('../../support/dummy-source.ts');
  return { LIST: [...LIST, dummy] };
});

test('a new source in the list has its variables passed on and its key requested', () => {
  const own = ['BASE_URL', 'API_KEY', 'PLAN', 'PAGES', 'CALLS_PER_MONTH'].map((field) => `DUMMY_${field}`);
  expect(PASSED_ON.filter((name) => name.startsWith('DUMMY_'))).toEqual(own);
  expect(SECRETS.filter((name) => name.startsWith('DUMMY_'))).toEqual(['DUMMY_API_KEY']);
});

import { expect, it } from 'vitest';
import upstreams from '../../docs/upstreams.md?raw';
import { defineSource } from '../../src/sources/define.ts';
import { POLLED_SOURCES } from '../../src/sources/registry.ts';
import { dummy } from '../support/dummy-source.ts';

it.each(POLLED_SOURCES.map((source) => [source.id, source] as const))(
  '%s states what each of its plans allows, with the documents',
  (_, { plans, terms }) => {
    expect(Object.keys(terms.plans)).toEqual(Object.keys(plans));
    expect(upstreams).toContain(`(${terms.url})`);
  },
);

it('a plan without such a statement is found when the source is made', () => {
  const { keyless } = dummy.plans;
  const make = () =>
    defineSource({
      id: 'silent',
      title: 'Silent',
      attribution: { text: 'Silent', url: 'https://silent.test' },
      is_polled_by_default: false,
      rank: { answers: 98, names: 98 },
      plans: { keyless, paid: keyless },
      terms: {
        url: 'https://silent.test',
        plans: { keyless: { commercial_use: null, redistribution: null } },
      },
      endpoints: [],
    });
  expect(make).toThrow('silent does not say what its plan paid allows.');
});

import type { SourceDefinition, SourcePlan } from './source.ts';

type Plans = Pick<SourceDefinition, 'id' | 'plans'>;

/** The possible plans of a key, the usual one first. */
export const keyedPlans = ({ plans }: Pick<Plans, 'plans'>): string[] =>
  Object.keys(plans).filter((name) => plans[name]?.key_header !== undefined);

/** The plan of a source: without a key the keyless one, whatever is set. */
export function planName(source: Plans, given: { api_key?: string | undefined; plan?: string | undefined }) {
  return given.api_key === undefined ? 'keyless' : (given.plan ?? keyedPlans(source)[0] ?? 'keyless');
}

/** The limits and the address of a plan. Throws for a plan that its vendor does not have. */
export function planOf({ id, plans }: Plans, name: string): SourcePlan {
  const plan = Object.hasOwn(plans, name) ? plans[name] : undefined;
  if (plan === undefined) throw new Error(`${id} has no plan ${name}.`);
  return plan;
}

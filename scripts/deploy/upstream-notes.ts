import {
  keyedPlans,
  POLLED_BY_DEFAULT,
  POLLED_SOURCES,
  type PolledSource,
  planName,
  planOf,
} from '../../src/sources/registry.ts';

/** Notes for an operator about the deployed plans. `is_set` knows the secrets. */
export function upstreamNotes(vars: Record<string, string>, is_set: (secret: string) => boolean): string[] {
  const polled = (vars.SOURCES || POLLED_BY_DEFAULT.join(',')).split(',').map((id) => id.trim());
  const sources = POLLED_SOURCES.filter(({ id }) => polled.includes(id)).map((source) => ({
    source,
    plan: planIn(source, vars, is_set),
  }));
  const is_public = vars.READ_ACCESS !== 'token';
  return sources.flatMap(({ source, plan }) => [
    ...addressNote(source, plan),
    ...termsNote(source, plan, is_public),
  ]);
}

function planIn(
  source: PolledSource,
  vars: Record<string, string>,
  is_set: (secret: string) => boolean,
): string {
  const nameOf = (field: string) => source.variables.find((one) => one.field === field)?.name ?? '';
  return planName(source, {
    api_key: is_set(nameOf('api_key')) ? 'set' : undefined,
    plan: vars[nameOf('plan')] || undefined,
  });
}

/** Calls from Workers come from shared addresses, whichever account they belong to. */
function addressNote({ id, title, plans }: PolledSource, plan: string): string[] {
  if (!planOf({ id, plans }, plan).is_limited_by_address) return [];
  const key = `${id.toUpperCase()}_API_KEY`;
  return [
    `${key} is not set: ${title} limits calls without a key by address, and all Workers of all Cloudflare customers call ` +
      `from one address, so it refuses most of them. Get a key of the plan ${keyedPlans({ plans })[0]} and export ${key}.`,
  ];
}

/** What the terms forbid, and what they leave open if everybody may read. */
function termsNote({ title, terms }: PolledSource, plan: string, is_public: boolean): string[] {
  const { commercial_use, redistribution } = terms.plans[plan] ?? UNKNOWN_TERMS;
  const of = `the terms of ${title} ${plan === 'keyless' ? 'without a key' : `(${plan})`}`;
  const say =
    redistribution === false ? 'forbid redistribution' : 'do not say whether redistribution is allowed';
  return [
    ...(is_public && redistribution !== true
      ? [`READ_ACCESS is public, but ${of} ${say}: ${terms.url}`]
      : []),
    ...(commercial_use === false ? [`${capitalized(of)} do not allow commercial use: ${terms.url}`] : []),
  ];
}

const UNKNOWN_TERMS = { commercial_use: null, redistribution: null };
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

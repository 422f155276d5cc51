import { keyedPlans, planOf } from './plan.ts';
import { JSON_HEADERS, planLimits, politePaceMs } from './request.ts';
import {
  type PolledSource,
  type RecordContract,
  type SourceDefinition,
  type SourceReply,
  type SourceRequest,
  type SourceSettings,
  type SourceVariable,
  UnreadablePayload,
  type UnscheduledCall,
  type Watched,
} from './source.ts';

const DAY_MINUTES = 1_440;
const SAFE_ID = /^[a-z][a-z0-9]*$/;

/**
 * Makes a source from the definition in its folder. Only this code adds addresses and keys to calls, and it takes
 * them from the settings of that source. So a source cannot send the key of another, or its own to another address.
 */
export function defineSource<const Id extends string>(definition: SourceDefinition<Id>): PolledSource<Id> {
  const { id, title, is_polled_by_default, rank, plans, terms, pages, coin_list, history } = definition;
  if (!SAFE_ID.test(id)) throw new Error(`A source cannot be called ${id}.`);
  const silent = Object.keys(plans).find((plan) => terms.plans[plan] === undefined);
  if (silent !== undefined) throw new Error(`${id} does not say what its plan ${silent} allows.`);
  const { endpoints, lists = [] } = definition;
  const replies = [...endpoints, ...lists, ...(history === undefined ? [] : [history])];
  let beat_minutes: number | undefined;
  return {
    id,
    title,
    is_polled_by_default,
    rank,
    plans,
    terms,
    ...(pages !== undefined && { pages }),
    ...(coin_list !== undefined && { coin_list }),
    attribution: { source: id, ...definition.attribution },
    refusals: definition.refusals ?? {},
    contracts: [...endpoints, ...lists].map((endpoint) => contractOf(id, endpoint)),
    variables: variablesOf(definition),
    // Evaluated on first use, because a definition may name functions that are defined below it.
    get beat_minutes() {
      beat_minutes ??= beatMinutesOf(definition);
      return beat_minutes;
    },
    key_advice: keyAdvice(definition),
    key_headers: new Set(Object.values(plans).flatMap(({ key_header }) => key_header?.toLowerCase() ?? [])),
    paceMs: (settings) => politePaceMs(settings, planOf(definition, settings.plan).pace_ms),
    limits: (settings) => planLimits(settings, planOf(definition, settings.plan).calls_max),
    requests: (settings) =>
      endpoints
        .flatMap((endpoint) => endpoint.calls(settings))
        .map((call) => ({
          ...request(definition, settings, call),
          every_minutes: Math.max(settings.poll_minutes, call.every_minutes),
        })),
    catalogRequests: (settings) =>
      lists
        .flatMap((list) => list.calls(settings))
        .map((call) => ({
          ...request(definition, settings, call),
          every_minutes: DAY_MINUTES,
          purpose: 'lists',
          may_be_empty: true,
          may_be_absent: true,
        })),
    ...(history !== undefined && {
      history: {
        days_max: history.days_max,
        spans: history.spans,
        hourly_days_max: history.hourly_days_max,
        request: (settings, external_id, days) => ({
          ...request(definition, settings, history.call(external_id, days)),
          every_minutes: 1,
          may_be_empty: true,
          is_history: true,
        }),
      },
    }),
    read: (body, context) => {
      const reply = replies.find((one) => isOf(one, context.endpoint));
      if (reply === undefined) throw new UnreadablePayload(`${id} has no endpoint ${context.endpoint}.`);
      return reply.read(body, context);
    },
  };
}

const isOf = ({ name, covers }: SourceReply, endpoint: string): boolean =>
  covers === undefined ? endpoint === name : covers(endpoint);

const contractOf = (source: string, endpoint: Watched): RecordContract => ({
  source,
  name: endpoint.name,
  covers: (asked) => isOf(endpoint, asked),
  record: endpoint.record,
  records: endpoint.records,
});

function request(
  definition: SourceDefinition,
  settings: SourceSettings,
  { path, ...call }: UnscheduledCall,
): Omit<SourceRequest, 'every_minutes'> {
  return {
    ...call,
    url: `${settings.base_url}/${path}`,
    headers: { ...JSON_HEADERS, ...keyHeader(definition, settings) },
  };
}

function keyHeader(definition: SourceDefinition, settings: SourceSettings): Record<string, string> {
  const { key_header } = planOf(definition, settings.plan);
  return settings.api_key === null || key_header === undefined ? {} : { [key_header]: settings.api_key };
}

function variablesOf({ id, plans, pages }: SourceDefinition): SourceVariable[] {
  const keyed = keyedPlans({ plans });
  const fields: SourceVariable['field'][] = [
    'base_url',
    ...(keyed.length > 0 ? (['api_key'] as const) : []),
    ...(keyed.length > 1 ? (['plan'] as const) : []),
    ...(pages === undefined ? [] : (['pages'] as const)),
    'calls_per_month',
  ];
  return fields.map((field) => ({
    field,
    name: `${id}_${field}`.toUpperCase(),
    is_secret: field === 'api_key',
  }));
}

function beatMinutesOf({ endpoints, pages }: SourceDefinition): number {
  const settings = { plan: 'keyless', poll_minutes: 1, pages: pages?.default ?? 1, poll_top: null };
  const calls = endpoints.flatMap((endpoint) => endpoint.calls(settings));
  return Math.min(...calls.map(({ every_minutes }) => every_minutes));
}

function keyAdvice({ id, plans }: SourceDefinition): string | null {
  const name = id.toUpperCase();
  const [first, ...others] = keyedPlans({ plans }).map((plan) => ({ plan, url: plans[plan]?.base_url }));
  if (first === undefined) return null;
  if (others.length === 0) return `a key goes with ${name}_BASE_URL=${first.url}`;
  const more = others.map(({ plan, url }) => `${plan} with ${url}`).join(', ');
  return `${name}_PLAN=${first.plan} goes with ${name}_BASE_URL=${first.url}, ${more}`;
}

import { type HealthStatus, judgeAll, type SourceHealth } from './health.ts';

/** `notice` reports a lost field; the health of its source does not change. */
export type AlertStatus = HealthStatus | 'notice';

/** The whole service, in contrast to its sources. */
export const SERVICE = 'service';

export interface HealthState {
  /** A source, a field of one, or SERVICE. */
  subject: string;
  status: AlertStatus;
}

/** One change of health: the subject, the change, and the remedy. */
export interface HealthChange {
  subject: string;
  from: AlertStatus;
  to: AlertStatus;
  message: string;
}

/** Every subject whose health is reported separately. */
export const subjectsOf = (health: SourceHealth[]): string[] => [
  SERVICE,
  ...health.map(({ source }) => source),
  ...fieldsOf(health).map(({ subject }) => subject),
];

/** The changes since `known`, the whole service first, then the polled sources. A subject outside `known` was ok. */
export function healthChanges(known: HealthState[], health: SourceHealth[]): HealthChange[] {
  const before = new Map(known.map(({ subject, status }) => [subject, status]));
  return [...now(health), ...foundAgain(known, health)].flatMap(({ subject, status, message }) => {
    const from = before.get(subject) ?? 'ok';
    return from === status ? [] : [{ subject, from, to: status, message }];
  });
}

function now(health: SourceHealth[]): (HealthState & { message: string })[] {
  const ill = health.filter(({ status }) => status !== 'ok').map(({ source }) => source);
  const told = ill.length === 0 ? 'All sources are ok.' : `Not well: ${ill.join(', ')}. See /health.`;
  return [
    { subject: SERVICE, status: judgeAll(health), message: told },
    ...health.map(({ source, status, message }) => ({
      subject: source,
      status,
      message: status === 'ok' ? 'It works again; nothing is left to do.' : (message ?? 'See /health.'),
    })),
    ...fieldsOf(health),
  ];
}

/** The lost fields, each a separate subject: a field that stays lost is reported once. */
const fieldsOf = (health: SourceHealth[]): (HealthState & { message: string })[] =>
  health.flatMap(({ source, lost_fields }) =>
    lost_fields.map(({ endpoint, field, since }) => ({
      subject: `${source} ${endpoint} ${field}`,
      status: 'notice' as const,
      message: `Unknown in far more records than usual since ${since}. See /drift; POST /drift/{id}/accept when that is usual from now on.`,
    })),
  );

function foundAgain(known: HealthState[], health: SourceHealth[]): (HealthState & { message: string })[] {
  const lost = new Set(fieldsOf(health).map(({ subject }) => subject));
  return known.flatMap(({ subject, status }) =>
    status === 'notice' && !lost.has(subject)
      ? { subject, status: 'ok' as const, message: 'It is back, or was accepted; nothing is left to do.' }
      : [],
  );
}

/** The changes as one text for a chat: `text` of hooks like Slack's, whose three special characters are escaped. */
export function alertText(changes: HealthChange[], upstreams: 'live' | 'sandbox'): string {
  const service = changes.find(({ subject }) => subject === SERVICE);
  const head = service === undefined ? 'cointape: a source changed' : `cointape is ${service.to}`;
  const lines = changes.map(({ subject, from, to, message }) => `• ${subject}: ${from} → ${to}. ${message}`);
  const text = [upstreams === 'sandbox' ? `${head} (sandbox)` : head, ...lines].join('\n');
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

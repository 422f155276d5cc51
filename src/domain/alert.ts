import { type HealthStatus, judgeAll, type SourceHealth } from './health.ts';

/** The whole service, beside its sources. */
export const SERVICE = 'service';

export interface HealthState {
  /** A source, or SERVICE. */
  subject: string;
  status: HealthStatus;
}

/** One change of health: what changed, and what to do about it. */
export interface HealthChange {
  subject: string;
  from: HealthStatus;
  to: HealthStatus;
  message: string;
}

/** Every subject that has a health of its own to tell. */
export const subjectsOf = (health: SourceHealth[]): string[] => [
  SERVICE,
  ...health.map(({ source }) => source),
];

/** What changed since `known`, the whole service first, by the health of the sources that are polled. A subject that is not known was ok. */
export function healthChanges(known: HealthState[], health: SourceHealth[]): HealthChange[] {
  const before = new Map(known.map(({ subject, status }) => [subject, status]));
  return now(health).flatMap(({ subject, status, message }) => {
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
  ];
}

/** The changes as one text for a chat: `text` of hooks like Slack's, whose three special characters are escaped. */
export function alertText(changes: HealthChange[], upstreams: 'live' | 'sandbox'): string {
  const service = changes.find(({ subject }) => subject === SERVICE);
  const head = service === undefined ? 'cointape: a source changed' : `cointape is ${service.to}`;
  const lines = changes.map(({ subject, from, to, message }) => `• ${subject}: ${from} → ${to}. ${message}`);
  const text = [upstreams === 'sandbox' ? `${head} (sandbox)` : head, ...lines].join('\n');
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

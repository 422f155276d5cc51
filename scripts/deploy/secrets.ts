import { parseNamedTokens, parseTokens } from '../../src/domain/accepted-token.ts';

/** The effect of a missing secret. */
const WITHOUT: Record<string, string> = {
  UPLOAD_TOKEN: 'uploads answer 503',
  READ_TOKEN: 'everything that needs it answers 503, including raw bytes and exports without a limit',
};
/** Anyone may try them, so they must be hard to guess. */
const TOKEN_LENGTH_MIN = 16;

export interface SecretsPlan {
  faults: string[];
  /** Effects that an operator may not expect. */
  notes: string[];
}

/** Compares the secrets of the environment, which the deployment sends, with the Worker's existing secrets. */
export function planSecrets(
  given: string[],
  deployed: string[],
  { reads_need_token, own_file }: { reads_need_token: boolean; own_file: string },
): SecretsPlan {
  const kept = deployed.filter((name) => !given.includes(name));
  const isSet = (name: string) => given.includes(name) || deployed.includes(name);
  const faults = isSet('SCHEDULER_TOKEN')
    ? []
    : ['SCHEDULER_TOKEN is not set: export SCHEDULER_TOKEN=$(openssl rand -hex 32), and keep it.'];
  const isClosed = reads_need_token && !isSet('READ_TOKEN');
  if (isClosed)
    faults.push(
      'READ_ACCESS is token and READ_TOKEN is not set, so nobody could read: export ' +
        'READ_TOKEN=app=$(openssl rand -hex 32), and keep it. To let everybody read, which the terms of the vendors ' +
        `restrict (docs/upstreams.md), put READ_ACCESS = "public" under [vars] into ${own_file}.`,
    );
  const notes = [
    ...(kept.length > 0 ? [`The Worker keeps its secrets ${kept.join(', ')}.`] : []),
    ...Object.entries(WITHOUT)
      .filter(([name]) => !isSet(name) && !(name === 'READ_TOKEN' && isClosed))
      .map(([name, effect]) => `${name} is set nowhere: ${effect}.`),
  ];
  return { faults, notes };
}

/** Tokens of the environment that are easy to guess. */
export function tokenFaults(secrets: Record<string, string>): string[] {
  const tokens = {
    SCHEDULER_TOKEN: parseTokens(secrets.SCHEDULER_TOKEN ?? ''),
    UPLOAD_TOKEN: parseTokens(secrets.UPLOAD_TOKEN ?? ''),
    READ_TOKEN: parseNamedTokens(secrets.READ_TOKEN ?? '').map(({ token }) => token),
  };
  return Object.entries(tokens)
    .filter(([, list]) => list.some((token) => token.length < TOKEN_LENGTH_MIN))
    .map(
      ([name]) => `${name} is shorter than ${TOKEN_LENGTH_MIN} characters. Make one: openssl rand -hex 32`,
    );
}

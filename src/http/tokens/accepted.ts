import type { AcceptedToken } from '../../domain/accepted-token.ts';
import type { Settings } from '../../env.ts';

export type TokenVariable = 'READ_TOKEN' | 'SCHEDULER_TOKEN' | 'UPLOAD_TOKEN';

/** The bearer tokens of a deployment. */
export interface Tokens {
  /** Whether any read token has a name, so holders must be distinguished. */
  readonly has_names: boolean;
  /** The holder of the given token; undefined if it is not a token of that variable, or the variable is not set. */
  holderOf(variable: TokenVariable, given: string): Promise<Holder | undefined>;
}

export type Holder = Pick<AcceptedToken, 'name'>;

/** The tokens that the settings accept. Their digests are made once, at the first request with a token. */
export function acceptedTokens(settings: Settings): Tokens {
  const known = new Map<TokenVariable, Known[]>();
  return {
    has_names: (settings.READ_TOKEN ?? []).some(({ name }) => name !== null),
    async holderOf(variable, given) {
      const accepted = known.get(variable) ?? (await digestsOf(settings[variable] ?? []));
      known.set(variable, accepted);
      return find(accepted, await sha256(given));
    },
  };
}

interface Known extends Holder {
  digest: ArrayBuffer;
}

const digestsOf = (tokens: readonly AcceptedToken[]): Promise<Known[]> =>
  Promise.all(tokens.map(async ({ token, name }) => ({ name, digest: await sha256(token) })));

// Digests have one length and reveal nothing about the token. Every accepted one is compared, so the duration
// reveals nothing either.
function find(accepted: readonly Known[], digest: ArrayBuffer): Holder | undefined {
  let holder: Holder | undefined;
  for (const { name, digest: other } of accepted)
    if (crypto.subtle.timingSafeEqual(digest, other)) holder = { name };
  return holder;
}

const sha256 = (text: string): Promise<ArrayBuffer> =>
  crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));

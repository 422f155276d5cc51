import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';

/** Who may use an endpoint: anyone, or who holds a token of this variable. */
export type Access = 'open' | 'read' | 'raw' | 'scheduler' | 'upload';

type TokenVariable = 'READ_TOKEN' | 'SCHEDULER_TOKEN' | 'UPLOAD_TOKEN';

/** The variable whose token the endpoint needs under the present settings, or null when it needs none. */
export function neededToken(c: HttpContext, access: Access): TokenVariable | null {
  const { settings } = c.get('deps');
  if (access === 'scheduler') return 'SCHEDULER_TOKEN';
  if (access === 'upload') return 'UPLOAD_TOKEN';
  if (access === 'raw') return settings.RAW_ACCESS === 'token' ? 'READ_TOKEN' : null;
  if (access === 'read') return settings.READ_ACCESS === 'token' ? 'READ_TOKEN' : null;
  return null;
}

/** Passes when the bearer token is one of the (at most two) configured ones. Throws the problem otherwise. */
export async function demandToken(c: HttpContext, variable: TokenVariable): Promise<void> {
  const accepted = c.get('deps').settings[variable];
  if (accepted === undefined)
    throw new AppError('not_configured', `This needs a token, and ${variable} is not set on the Worker.`);
  const given = /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  if (given === undefined)
    throw new AppError('unauthorized', `Send the header "Authorization: Bearer <${variable}>".`);
  if (!(await isOneOf(given, accepted)))
    throw new AppError('unauthorized', `The bearer token is not the one set as ${variable}.`);
}

// Digests have one length and tell nothing of the token; every accepted one is compared, so time says nothing.
async function isOneOf(given: string, accepted: string[]): Promise<boolean> {
  const digest = await sha256(given);
  let match = false;
  for (const token of accepted) {
    match = crypto.subtle.timingSafeEqual(digest, await sha256(token)) || match;
  }
  return match;
}

const sha256 = (text: string): Promise<ArrayBuffer> =>
  crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));

import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import type { TokenVariable } from './tokens/accepted.ts';

/**
 * Who may use an endpoint: anyone, or a holder of a token of this variable. `bulk` is an export without a limit.
 */
export type Access = 'open' | 'read' | 'raw' | 'bulk' | 'scheduler' | 'upload';

/** The variable whose token the endpoint needs under the current settings, or null if it needs none. */
export function neededToken(c: HttpContext, access: Access): TokenVariable | null {
  if (access === 'open') return null;
  const { READ_ACCESS, RAW_ACCESS, BULK_ACCESS } = c.get('deps').settings;
  if (access === 'scheduler') return 'SCHEDULER_TOKEN';
  if (access === 'upload') return 'UPLOAD_TOKEN';
  if (access === 'raw') return RAW_ACCESS === 'token' ? 'READ_TOKEN' : null;
  const isOpen = READ_ACCESS === 'public' && (access === 'read' || BULK_ACCESS === 'public');
  return isOpen ? null : 'READ_TOKEN';
}

/** Passes a caller that has this access. Throws the problem otherwise. */
export async function demandAccess(c: HttpContext, access: Access, otherwise = ''): Promise<void> {
  const variable = neededToken(c, access);
  if (variable !== null) await demandToken(c, variable, otherwise);
}

/** Passes if the bearer token is configured. `otherwise` names the alternative without a token. */
export async function demandToken(c: HttpContext, variable: TokenVariable, otherwise = ''): Promise<void> {
  if (c.get('deps').settings[variable] === undefined)
    throw new AppError(
      'not_configured',
      `This needs a token, and ${variable} is not set on the Worker.${otherwise}`,
    );
  const given = bearerOf(c);
  if (given === undefined)
    throw new AppError('unauthorized', `Send the header "Authorization: Bearer <${variable}>".${otherwise}`);
  if ((await c.get('tokens').holderOf(variable, given)) === undefined)
    throw new AppError('unauthorized', `The bearer token is not a value of ${variable}.${otherwise}`);
}

/** The bearer token of the request, right or wrong. */
export const bearerOf = (c: HttpContext): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '')?.[1];

/** Checks an export without a limit. Throws the problem if it needs a token. */
export const demandBulk = (c: HttpContext): Promise<void> =>
  demandAccess(c, 'bulk', ' Or add limit, and follow the cursor from page to page.');

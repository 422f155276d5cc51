import { z } from 'zod';
import { reasonOf } from '../reason.ts';
import { jsonIn } from './account.ts';
import type { DeployDeps } from './deps.ts';

/** The workers.dev subdomain of an account, or why it is unknown. */
export type Subdomain = { is: 'there'; name: string } | { is: 'missing' } | { is: 'unknown'; why: string };

const Credentials = z.union([
  z.object({ token: z.string() }),
  z.object({ key: z.string(), email: z.string() }),
]);
const Answer = z.object({
  result: z.object({ subdomain: z.string() }).nullish(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).nullish(),
});
const API = 'https://api.cloudflare.com/client/v4';
/** Cloudflare's code for an account without a subdomain. */
const NO_SUBDOMAIN = 10_007;

/**
 * Asks Cloudflare, because no command of wrangler shows it: `wrangler deploy` notices only after it has created
 * bucket, queues and Worker, and then prompts on a terminal that it does not have.
 */
export async function readSubdomain(
  { wrangler, environment, fetch }: DeployDeps,
  account_id: string,
): Promise<Subdomain> {
  try {
    const { code, stdout } = await wrangler(['auth', 'token', '--json']);
    if (code !== 0) return { is: 'unknown', why: 'wrangler gives no token' };
    const headers = authorization(Credentials.parse(jsonIn(stdout)));
    const url = `${environment.CLOUDFLARE_API_BASE_URL ?? API}/accounts/${account_id}/workers/subdomain`;
    const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(15_000) });
    return told(Answer.parse(await response.json()));
  } catch (error) {
    return { is: 'unknown', why: reasonOf(error) };
  }
}

function told({ result, errors }: z.infer<typeof Answer>): Subdomain {
  if (result) return { is: 'there', name: result.subdomain };
  if (errors?.some(({ code }) => code === NO_SUBDOMAIN)) return { is: 'missing' };
  return {
    is: 'unknown',
    why: errors?.map(({ message }) => message).join('; ') || 'Cloudflare gives no reason',
  };
}

const authorization = (credentials: z.infer<typeof Credentials>): Record<string, string> =>
  'token' in credentials
    ? { Authorization: `Bearer ${credentials.token}` }
    : { 'X-Auth-Key': credentials.key, 'X-Auth-Email': credentials.email };

import type { ErrorCode } from '../../errors.ts';
import type { PolledSource, SourceRequest } from '../../sources/source.ts';
import type { Reply } from './fetch.ts';

/**
 * The fault that a status and the source's own code in the body describe, or null if the body can be read. A wrong
 * key, a plan that is too small, a blocked address and a pace that is too fast need different actions. The status
 * alone does not distinguish them.
 */
export function refusalCode(
  source: Pick<PolledSource, 'refusals' | 'key_headers'>,
  request: Pick<SourceRequest, 'headers'>,
  { status, bytes }: Pick<Reply, 'status' | 'bytes'>,
): ErrorCode | null {
  if (status >= 200 && status < 300) return null;
  if (status === 429) return 'upstream_rate_limited';
  if (status >= 500 || status === 408) return 'upstream_failed';
  const text = new TextDecoder().decode(bytes.slice(0, READ_BYTES_MAX));
  const told = toldRefusal(source, text);
  if (told !== null) return told;
  if (status === 402) return 'upstream_plan_limit';
  if (status === 401) return 'upstream_key_refused';
  if (status === 403 && sendsKey(source, request) && !isPage(text)) return 'upstream_key_refused';
  return status === 403 || status === 451 ? 'upstream_banned' : 'upstream_refused';
}

/**
 * The fault that an unexpected body with a good status describes: some vendors put "too many requests" there. Null
 * if it describes none.
 */
export function refusalInside(
  source: Pick<PolledSource, 'refusals'>,
  { bytes }: Pick<Reply, 'bytes'>,
): ErrorCode | null {
  const text = new TextDecoder().decode(bytes.slice(0, READ_BYTES_MAX));
  return toldRefusal(source, text) ?? (SLOW_DOWN.test(text) ? 'upstream_rate_limited' : null);
}

const SLOW_DOWN =
  /"(?:error_code|status_code|statusCode|status|code)"\s*:\s*"?429\b|\bthrottl|too many requests|rate[\s_-]?limit|limit (?:was )?(?:reached|exceeded)|slow down/i;

function toldRefusal({ refusals }: Pick<PolledSource, 'refusals'>, text: string): ErrorCode | null {
  const told = refusals[ownCode(text)];
  if (told === undefined) return null;
  return told === 'key' ? 'upstream_key_refused' : 'upstream_plan_limit';
}

/** Removes the key from a text, because vendors repeat a key that they do not know. */
export function withoutKey(
  { key_headers }: Pick<PolledSource, 'key_headers'>,
  { headers }: Pick<SourceRequest, 'headers'>,
  text: string,
): string {
  const keys = Object.entries(headers).flatMap(([name, value]) =>
    key_headers.has(name.toLowerCase()) ? [value] : [],
  );
  return keys.reduce((rest, key) => rest.replaceAll(key, '(the key)'), text);
}

const READ_BYTES_MAX = 4_000;

/** A source's `error_code`, wherever it is in the body. */
const ownCode = (text: string): string => /"error_code"\s*:\s*"?(\d+)/.exec(text)?.[1] ?? '';
const sendsKey = (
  { key_headers }: Pick<PolledSource, 'key_headers'>,
  { headers }: Pick<SourceRequest, 'headers'>,
): boolean => Object.keys(headers).some((name) => key_headers.has(name.toLowerCase()));
/** A proxy between us and the source answers with an HTML page instead of JSON. */
const isPage = (text: string): boolean => text.trimStart().startsWith('<');

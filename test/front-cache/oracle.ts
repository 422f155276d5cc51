import { deciding, parseDirectives } from '../../scripts/front-cache/directives.ts';
import { decodeCursor } from '../../src/domain/cursor.ts';
import { type Deed, TOLD_MS, textOf, type WorkerReply } from './facts.ts';
import type { Question } from './questions.ts';

// The rules for a reply from a cache, independent of the Worker's headers: it asks the Worker again and compares
// the answers.

/** A reply as a client has it. */
export interface Held {
  status: number;
  type: string;
  text: string;
}

/** The parts that differ between any two answers. */
const OF_THE_REQUEST = /"(request_id|answered_at|instance)":"[^"]*"|"api_latency_ms":[\d.]+/g;

export const heldOf = async (reply: Response): Promise<Held> => ({
  status: reply.status,
  type: reply.headers.get('Content-Type') ?? '',
  text: textOf(await reply.arrayBuffer()),
});

export const isSame = (a: Held, b: Held): boolean =>
  a.status === b.status && a.type === b.type && ofTheAnswer(a.text) === ofTheAnswer(b.text);

const ofTheAnswer = (text: string): string =>
  text.replaceAll(OF_THE_REQUEST, '').replaceAll(CURSOR, withoutClock);

const CURSOR = /(?<="next_cursor":"|[?&]cursor=)[\w-]+/g;
/** A cursor has the clock at which its first page was read, for ages: in a kept reply it is an earlier one. */
function withoutClock(cursor: string): string {
  const { filter = '{}', ...place } = decodeCursor(cursor) ?? {};
  return JSON.stringify({ ...place, filter: { ...JSON.parse(filter), at: null } });
}

const SECONDS_LIVE = 60;
/** CACHE_SECONDS, for replies with ages, and for copies behind the check of a token. */
export const SECONDS_TICKING = 15;

/**
 * The seconds for which the headers of a reply allow a cache in front to serve it: when stale, and during an
 * outage.
 */
export function allowedByFront(headers: Headers): number {
  const given = deciding(headers);
  const seconds = (name: string) => Number(given?.get(name) ?? 0);
  const on_error = given?.get('stale-if-error');
  const life = Number(given?.get('s-maxage') ?? seconds('max-age'));
  return (
    life + Math.max(seconds('stale-while-revalidate'), on_error === undefined ? Infinity : Number(on_error))
  );
}

/** The same for a browser. */
export function allowedByBrowser(headers: Headers): number {
  const given = parseDirectives(headers.get('Cache-Control') ?? '');
  return Number(given.get('max-age') ?? 0) + Number(given.get('stale-while-revalidate') ?? 0);
}

/** For past instants, bytes and documents a copy may be kept longer: nothing is ever added to them. */
const isOfThePast = ({ route, target }: Question): boolean =>
  /[?&](as_of|at|cursor)=/.test(target) ||
  ['/raw/{sha256}', '/lake/{part}', '/openapi.json', '/docs'].includes(route);

const isTicking = ({ route, target }: Question): boolean =>
  ['/prices', '/rates'].includes(route) || /[?&]max_age=/.test(target);

/** The fault in the headers of a stored reply, or null. */
export function faultOfHeaders(question: Question, headers: Headers): string | null {
  if (isOfThePast(question)) return null;
  const most = isTicking(question) ? SECONDS_TICKING : SECONDS_LIVE;
  const allowed = allowedByFront(headers);
  return allowed > most ? `A cache may serve it for ${allowed} s; at most ${most} are right.` : null;
}

/** The input of the judgement. */
export interface Served {
  question: Question;
  now_ms: number;
  held: Held;
  /** The reply of the Worker that was served, or that confirmed it last. */
  seen: WorkerReply;
  /** The seconds that the headers allow, summed over all caches on its way. */
  allowed_s: number;
  /** Whether it may come from a cache that no call reaches. */
  is_beyond_calls: boolean;
  /** The Worker's present answer. */
  truth: Held;
  /** The answer from the present data, with the clock at which the reply was made. */
  by_its_clock: () => Promise<Held>;
  /** The actions since the reply was read. */
  deeds: readonly Deed[];
}

/** The longest time from the database's answer until a cache stores the reply. */
export const READ_MS_MAX = 10_000;
/** Whether all announcements of the change have taken effect. */
export const hasArrived = (deed: Deed, now_ms: number): boolean =>
  !deed.is_lost && now_ms >= Math.max(deed.arrives_ms, deed.ended_ms + TOLD_MS);

/** The fault of a reply, or null. */
export async function faultOf(served: Served): Promise<string | null> {
  const { held, truth, by_its_clock, now_ms, seen, allowed_s, deeds } = served;
  if (truth.status === 401 && held.status !== 401) return 'Who has no token got the reply of one who has.';
  if (held.type !== truth.type && held.status === truth.status)
    return `It is ${held.type}, asked was ${truth.type}.`;
  const fresh = freshThatIsStale(held, truth);
  if (fresh !== null) return fresh;
  if (isSame(held, truth)) return null;
  const age_s = (now_ms - seen.began_ms) / 1000;
  if (age_s > allowed_s + READ_MS_MAX / 1000)
    return `It is ${age_s} s old and not what the Worker would say; its headers allow ${allowed_s} s.`;
  if (served.is_beyond_calls || isSame(held, await by_its_clock())) return null;
  if (deeds.length === 0)
    return 'Nothing was done since the Worker said so, and it would say something else.';
  if (deeds.every((deed) => hasArrived(deed, now_ms)))
    return `It is older than ${deeds.at(-1)?.name}, of which every call had arrived.`;
  return null;
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const STALENESS = ['stale'];
const NAMES = ['observation_id', 'rate_id', 'id', 'source', 'created_at', 'observed_at'];

/** A row that is marked as fresh and by the same reading is stale now; null if there is none. */
function freshThatIsStale(held: Held, truth: Held): string | null {
  if (!held.type.startsWith('application/json') || held.text === '' || truth.text === '') return null;
  return walk(JSON.parse(held.text) as Json, JSON.parse(truth.text) as Json, '');
}

function walk(held: Json, truth: Json, place: string): string | null {
  if (typeof held !== 'object' || typeof truth !== 'object' || held === null || truth === null) return null;
  if (Array.isArray(held) !== Array.isArray(truth)) return null;
  const [mine, now] = [held as Record<string, Json>, truth as Record<string, Json>];
  if (NAMES.every((name) => mine[name] === now[name]))
    for (const name of STALENESS)
      if (mine[name] === false && now[name] === true)
        return `${place} says that it is fresh, and it is stale by now.`;
  for (const [name, value] of Object.entries(mine)) {
    const found = walk(value, now[name] ?? null, `${place}/${name}`);
    if (found !== null) return found;
  }
  return null;
}

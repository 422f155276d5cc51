import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SOURCES, type SourceId } from './market.ts';
import { type Json, NumberText, writeJson } from './number-text.ts';

/** Faults that an upstream can simulate. */
export const FAULTS = [
  'rate_limited', // 429 with Retry-After and the upstream's own error body
  'server_error', // 500
  'html', // a web page instead of JSON, with status 200 unless `status` says otherwise
  'throttled', // 429 with the plain text `Throttled` and no Retry-After
  'truncated', // the first half of the JSON, ended as if it were whole
  'cut', // the connection breaks in the middle of the body
  'slow', // the answer comes after `delay_s`
  'empty', // no records
  'missing_fields', // price, cap and last_updated are missing from every record
  'extra_fields', // unknown keys at every level
  'down', // the connection is refused, as the client sees it
  'unauthorized', // the key is refused
  'bad_record', // one more record than usual, and it violates the contract
] as const;

export const Fault = z.strictObject({
  source: z.enum(SOURCES),
  /** Path below the API root. Without it, the fault applies to every endpoint of the source. */
  endpoint: z.string().startsWith('/').optional(),
  fault: z.enum(FAULTS),
  /** The number of requests that it affects; without it all, until it is cleared. */
  times: z.int().min(1).optional(),
  /** 0 means an immediate retry; null omits the header. */
  retry_after_s: z.int().min(0).nullable().default(2),
  delay_s: z.number().min(0).max(600).default(60),
  status: z.int().min(200).max(599).optional(),
});
export type FaultInput = z.input<typeof Fault>;
export type Fault = z.output<typeof Fault>;

/** A reply before it is sent; null breaks the connection at once. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Send this many bytes of the body, then break the connection. */
  cut_at?: number;
}

export interface FaultList {
  add(fault: FaultInput): Fault;
  clear(): void;
  list(): Fault[];
  /** Consumes one use of the first fault that matches. */
  take(source: SourceId, endpoint: string): Fault | undefined;
}

export function createFaultList(): FaultList {
  let faults: Fault[] = [];
  return {
    add(input) {
      const fault = Fault.parse(input);
      faults.push(fault);
      return fault;
    },
    clear() {
      faults = [];
    },
    list: () => faults.map((fault) => ({ ...fault })),
    take(source, endpoint) {
      const found = faults.find(
        (fault) => fault.source === source && (fault.endpoint ?? endpoint) === endpoint,
      );
      if (found?.times !== undefined) {
        found.times -= 1;
        if (found.times === 0) faults = faults.filter((fault) => fault !== found);
      }
      return found;
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const HTML =
  '<!DOCTYPE html>\n<html lang="en"><head><title>One moment, please</title></head>' +
  '<body><h1>Checking your browser</h1><p>This page stands where an answer should be.</p></body></html>\n';

const errorBody = (source: SourceId, code: number, message: string) =>
  source === 'coingecko'
    ? JSON.stringify({ status: { error_code: code, error_message: message } })
    : JSON.stringify({ error: message });

/** The faulty reply instead of the good one from `make`; null breaks the connection. */
export async function spoil(fault: Fault, make: () => Json, closing: AbortSignal): Promise<Reply | null> {
  const ok = (body: string): Reply => ({ status: fault.status ?? 200, headers: JSON_TYPE, body });
  const refuse = (status: number, message: string, code = status): Reply => ({
    status: fault.status ?? status,
    headers: JSON_TYPE,
    body: errorBody(fault.source, code, message),
  });
  switch (fault.fault) {
    case 'rate_limited': {
      const reply = refuse(429, 'The sandbox was told to ask for fewer requests.');
      if (fault.retry_after_s !== null)
        reply.headers = { ...reply.headers, 'retry-after': `${fault.retry_after_s}` };
      return reply;
    }
    case 'server_error':
      return refuse(500, 'The sandbox was told to fail.');
    case 'html':
      return { ...ok(HTML), headers: { 'content-type': 'text/html; charset=UTF-8' } };
    case 'throttled':
      return { status: fault.status ?? 429, headers: { 'content-type': 'text/plain' }, body: 'Throttled\n' };
    case 'truncated': {
      const whole = writeJson(make());
      return ok(whole.slice(0, Math.ceil(whole.length / 2)));
    }
    case 'cut': {
      const whole = writeJson(make());
      return { ...ok(whole), cut_at: Math.ceil(whole.length / 2) };
    }
    case 'slow':
      await sleep(fault.delay_s * 1000, undefined, { signal: closing }).catch(() => {});
      return ok(writeJson(make()));
    case 'empty':
      return ok(writeJson(emptied(make())));
    case 'missing_fields':
      return ok(writeJson(without(make(), MISSING)));
    case 'extra_fields':
      return ok(writeJson(extended(make())));
    case 'down':
      return null;
    case 'unauthorized':
      return fault.source === 'coingecko'
        ? refuse(401, 'API Key Missing', 10002)
        : refuse(403, 'invalid api key');
    case 'bad_record':
      return ok(writeJson(withBadRecord(make())));
  }
}

const MISSING = new Set([
  'price',
  'current_price',
  'market_cap',
  'last_updated',
  'price_usd',
  'market_cap_usd',
  'total_market_cap',
]);

function emptied(value: Json): Json {
  if (Array.isArray(value)) return [];
  if (!isObject(value) || !('data' in value)) return {};
  return Array.isArray(value.data) ? { ...value, data: [] } : { data: {} };
}

function without(value: Json, keys: Set<string>): Json {
  if (Array.isArray(value)) return value.map((item) => without(item, keys));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !keys.has(key));
  return Object.fromEntries(
    kept.map(([key, member]) => [key, member === undefined ? member : without(member, keys)]),
  );
}

function extended(value: Json): Json {
  if (Array.isArray(value)) return value.map(extended);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key,
    member === undefined ? member : extended(member),
  ]);
  return {
    ...Object.fromEntries(members),
    sandbox_extra: { depth: [1, null, 'new'] },
    sandbox_number: 1e-30,
  };
}

/** Record fields of the wrong type, under the names that the upstreams use. */
function withBadRecord(value: Json): Json {
  const bad = {
    id: 'bad-record',
    symbol: 'BAD',
    name: 'Broken Contract',
    current_price: 'a lot',
    price_usd: 'a lot',
    last_updated: 'yesterday',
    quotes: { USD: { price: { value: 1 } } },
  };
  if (Array.isArray(value)) return [...value, bad];
  if (isObject(value) && Array.isArray(value.data)) return { ...value, data: [...value.data, bad] };
  return isObject(value) ? { ...value, market_cap_usd: 'a lot', data: 'a lot' } : value;
}

const isObject = (value: Json): value is { [key: string]: Json | undefined } =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof NumberText);

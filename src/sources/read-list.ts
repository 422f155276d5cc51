import { excerpt } from '../domain/text.ts';
import { rank } from './fields.ts';
import { isObject, type PlacedRecord } from './read-record.ts';
import { UnreadablePayload } from './source.ts';

/**
 * The records of a reply that is a list. With `top`, only the first `top` coins: other ranks, and coins without a
 * rank, are not read. Throws UnreadablePayload if the reply is not a list.
 */
export function topRecordsOf(body: unknown, rankField: string, top: number | null): PlacedRecord[] {
  const records = recordsOf(body);
  return top === null ? records : records.filter(({ record }) => hasRankWithin(record, rankField, top));
}

/** The records of a reply that is a list. Throws UnreadablePayload for any other. */
export function recordsOf(body: unknown): PlacedRecord[] {
  if (!Array.isArray(body)) throw unexpected('a list of coins', body);
  return body.map((record: unknown, index) => ({ record, pointer: `/${index}` }));
}

function hasRankWithin(record: unknown, rankField: string, top: number): boolean {
  const place = isObject(record) ? rank.safeParse(record[rankField]).data : null;
  return typeof place === 'number' && place <= top;
}

const QUOTED_CHARS_MAX = 200;

/** The fault of an unexpected reply: it says so and quotes the beginning. */
export function unexpected(promised: string, body: unknown): UnreadablePayload {
  const quoted = excerpt(JSON.stringify(body), QUOTED_CHARS_MAX);
  return new UnreadablePayload(`The reply is not ${promised}: ${quoted}`);
}

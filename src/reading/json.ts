import { JsonNumber } from '../domain/json-number.ts';
import { excerpt } from '../domain/text.ts';
import { UnreadablePayload } from '../sources/source.ts';

const QUOTED_CHARS_MAX = 200;

/**
 * Parses the bytes of a JSON reply. Every number becomes a JsonNumber with its exact text. Throws UnreadablePayload
 * for bytes that are not UTF-8 (a byte order mark is allowed) or not JSON.
 */
export function readJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  try {
    return JSON.parse(text, keepNumberText as (key: string, value: unknown) => unknown);
  } catch {
    // The engine's message differs between versions and quotes the text.
    throw new UnreadablePayload(
      `The reply is not whole JSON: ${excerpt(text, QUOTED_CHARS_MAX) || '(empty)'}`,
    );
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new UnreadablePayload('The reply is not UTF-8 text.');
  }
}

/** TypeScript's library does not know the third argument yet; primitives always have a source. */
const keepNumberText = (_key: string, value: unknown, context: { source: string }): unknown =>
  typeof value === 'number' ? new JsonNumber(context.source) : value;

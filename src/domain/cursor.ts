import * as z from 'zod';
import { parseInstant } from './instant.ts';
import { isStorable } from './text.ts';

const StorableText = z.string().refine(isStorable);

const CursorPayload = z.strictObject({
  v: z.literal(1),
  /** Hash of the normalized filters of the page. */
  filter: StorableText,
  /** The tape version that every page of the walk sees. */
  version: z.string().refine((text) => parseInstant(text) === text),
  sort: StorableText,
  /** Sort values of the last row delivered. */
  after: z.array(z.union([StorableText, z.number(), z.null()])),
});

/** The content of a page cursor. It is opaque to clients but not secret: check it like any other input. */
export type CursorPayload = z.infer<typeof CursorPayload>;

/** Long enough for the longest filters that lists accept, short enough for a URL. */
const CURSOR_CHARS_MAX = 12_288;

/** The payload as one base64url text. */
export function encodeCursor(payload: CursorPayload): string {
  const json = JSON.stringify(payload);
  // Nearly always ASCII, where each byte is its character.
  const bytes = /^[ -~]*$/.test(json) ? json : String.fromCharCode(...new TextEncoder().encode(json));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The payload, or undefined for text that encodeCursor did not write: broken, foreign or oversized. */
export function decodeCursor(text: string): CursorPayload | undefined {
  if (text.length > CURSOR_CHARS_MAX || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return CursorPayload.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined; // not base64, not UTF-8 or not JSON
  }
}

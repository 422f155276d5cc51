// What a play remembers of the Worker.

/** Something that the Worker did, which may have changed what it answers. */
export interface Deed {
  name: string;
  ended_ms: number;
  /** Whether a call was refused or did not reach a tier that may have been made for this one. */
  is_lost: boolean;
  /** The last arrival of such calls. */
  arrives_ms: number;
}

/** After so long, and not before, the Worker has said twice that something changed. Deeds of that time share calls. */
export const TOLD_MS = 31_000;

/** A reply of the Worker to the cache. */
export interface WorkerReply {
  target: string;
  /** When its request came, and what had been done by then. */
  began_ms: number;
  deeds_before: number;
  /** When it was sent. */
  made_ms: number;
  headers: Headers;
  /** Null of a 304. */
  text: string | null;
  /** It came out of the copies behind the check of a token. */
  is_copy: boolean;
}

/** Bytes, one character each. */
export const textOf = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join('');

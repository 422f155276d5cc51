// The facts that a play remembers about the Worker.

/** An action of the Worker that may have changed its answers. */
export interface Deed {
  name: string;
  ended_ms: number;
  /** Whether a call that may have been made for this action was refused or did not reach a tier. */
  is_lost: boolean;
  /** The last arrival of such calls. */
  arrives_ms: number;
}

/** After this time, and not before, the Worker has announced a change twice. Actions of this period share calls. */
export const TOLD_MS = 31_000;

/** A reply of the Worker to the cache. */
export interface WorkerReply {
  target: string;
  /** When its request came, and the number of actions until then. */
  began_ms: number;
  deeds_before: number;
  /** When it was sent. */
  made_ms: number;
  headers: Headers;
  /** Null for a 304. */
  text: string | null;
  /** It is one of the copies behind the check of a token. */
  is_copy: boolean;
}

/** Bytes, one character each. */
export const textOf = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join('');

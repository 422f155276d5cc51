// Replies that an isolate keeps in memory. Between two commits every answer is the same, and only the database
// knows whether there was one: each use is confirmed by it, as a client's copy is.

/** A reply without the members that belong to one request. */
export interface KeptReply {
  /** Its ETag, which the database must confirm. */
  tag: string;
  headers: readonly (readonly [name: string, value: string])[];
  /** The text before those members, and after them. */
  before: string;
  after: string;
  kept_ms: number;
}

export interface KeptReplies {
  /** `key` is the path with its query, as written. */
  get(key: string, now_ms: number): KeptReply | null;
  set(key: string, reply: KeptReply): void;
}

/**
 * A limit for what no commit announces, for example changes that somebody makes with SQL. Longer than the time
 * between two polls, after which a reply is of little use.
 */
const KEPT_MS_MAX = 10 * 60_000;
/** The largest share of the memory that one reply may take. */
const SHARE_MAX = 1 / 32;
/** A text with a character beyond Latin-1 takes two bytes for each. */
const CHAR_BYTES = 2;
/** Of an entry without its texts: headers, tag and place. */
const ENTRY_BYTES = 2000;

/** Keeps the most recently used replies that fit into `bytes_max`; null for 0 bytes. */
export function keptReplies(bytes_max: number): KeptReplies | null {
  if (bytes_max === 0) return null;
  const kept = new Map<string, KeptReply>();
  let bytes = 0;
  const remove = (key: string) => {
    const reply = kept.get(key);
    if (reply === undefined) return;
    bytes -= bytesOf(key, reply);
    kept.delete(key);
  };
  return {
    get(key, now_ms) {
      const reply = kept.get(key);
      if (reply === undefined) return null;
      kept.delete(key); // the last entry is the newest
      kept.set(key, reply);
      return Math.abs(now_ms - reply.kept_ms) > KEPT_MS_MAX ? null : reply;
    },
    set(key, reply) {
      remove(key);
      const own = bytesOf(key, reply);
      if (own > bytes_max * SHARE_MAX) return;
      kept.set(key, reply);
      bytes += own;
      for (const oldest of kept.keys()) {
        if (bytes <= bytes_max) break;
        remove(oldest);
      }
    },
  };
}

const bytesOf = (key: string, { before, after }: KeptReply): number =>
  ENTRY_BYTES + (key.length + before.length + after.length) * CHAR_BYTES;

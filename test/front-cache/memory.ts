import { type KeptReplies, keptReplies } from '../../src/kept-replies.ts';

/** Little enough that replies also leave it. */
const KEPT_BYTES = 1_000_000;

/** The replies that the isolates of a play keep, and how often they use them. */
export class Memory {
  readonly counts = { kept: 0 };
  readonly #spoil: (replies: KeptReplies) => KeptReplies;
  #found = 0;
  #written = 0;

  constructor(spoil: (replies: KeptReplies) => KeptReplies = (replies) => replies) {
    this.#spoil = spoil;
  }

  /** The memory of a new isolate. */
  replies(): KeptReplies | null {
    const own = keptReplies(KEPT_BYTES);
    if (own === null) return null;
    const replies = this.#spoil(own);
    return {
      get: (key, now_ms) => {
        const reply = replies.get(key, now_ms);
        if (reply !== null) this.#found += 1;
        return reply;
      },
      set: (key, reply) => {
        this.#written += 1;
        replies.set(key, reply);
      },
    };
  }

  /** From now on: whether a kept reply was found, and no new one was written. */
  uses(): { isKept(): boolean } {
    const [found, written] = [this.#found, this.#written];
    return { isKept: () => this.#found > found && this.#written === written };
  }
}

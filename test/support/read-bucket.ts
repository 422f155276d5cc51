type Reading = 'as it is' | 'gunzipped';

/** The bucket as it lies there. An object is read once, and again when its etag says that its bytes are others. */
export class ReadBucket {
  readonly #bucket: R2Bucket;
  readonly #known = new Map<string, Promise<string>>();

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  /** The SHA-256 of what objects hold at present, by key; null for one that is not there. */
  async hashes(): Promise<(key: string, reading: Reading) => Promise<string | null>> {
    const etags = await etagsOf(this.#bucket);
    return async (key, reading) => {
      const etag = etags.get(key);
      return etag === undefined ? null : this.#hash(key, etag, reading);
    };
  }

  #hash(key: string, etag: string, reading: Reading): Promise<string> {
    const name = `${key} ${etag} ${reading}`;
    const known = this.#known.get(name) ?? hashOf(this.#bucket, key, reading);
    this.#known.set(name, known);
    return known;
  }
}

/** As many objects as R2 lists or deletes at once. */
const PAGE = 1000;

/** Takes everything out, so that no play finds the bytes of an earlier one. */
export async function emptyBucket(bucket: R2Bucket, page = PAGE): Promise<void> {
  const keys = [...(await etagsOf(bucket, page)).keys()];
  for (let at = 0; at < keys.length; at += page) await bucket.delete(keys.slice(at, at + page));
}

async function etagsOf(bucket: R2Bucket, limit = PAGE): Promise<Map<string, string>> {
  const etags = new Map<string, string>();
  for (let after: { cursor?: string } = {}; ; ) {
    const page = await bucket.list({ limit, ...after });
    for (const { key, etag } of page.objects) etags.set(key, etag);
    if (!page.truncated) return etags;
    after = { cursor: page.cursor };
  }
}

async function hashOf(bucket: R2Bucket, key: string, reading: Reading): Promise<string> {
  const object = await bucket.get(key);
  if (object === null) throw new Error(`${key} is listed, and cannot be read.`);
  const plain =
    reading === 'gunzipped' ? object.body.pipeThrough(new DecompressionStream('gzip')) : object.body;
  const digest = await crypto.subtle.digest('SHA-256', await new Response(plain).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

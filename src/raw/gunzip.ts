import { Inflate } from 'pako';

/** The number of bytes inflated at once. A byte may unpack to 1,032 bytes, so this limits the memory. */
const SLICE_BYTES = 8 * 1024;
/** Gzip, and nothing else: 15 bits of window, plus 16 (zlib's inflateInit2). */
const WINDOW_BITS = 31;

/** The bytes are not gzip, or their checksum is wrong, or they end too early. */
export class NotGzip extends Error {}

/**
 * Unpacks gzip of one member or several, as `bgzip` and `cat a.gz b.gz` make them (RFC 1952, section 2.2), and
 * checks each member's checksum and length. Zeros after a member are padding. The runtime's DecompressionStream
 * refuses all bytes after the first member.
 */
export async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let member = startMember();
  for await (const chunk of packed) {
    for (let from = 0; from < chunk.byteLength; from += SLICE_BYTES) {
      const slice = chunk.subarray(from, from + SLICE_BYTES);
      if (member.ended && slice.every((byte) => byte === 0)) continue;
      // pako continues with the next member within a slice, but not at its border.
      if (member.ended) member = startMember();
      if (!member.inflate.push(slice, false)) throw new NotGzip(member.inflate.msg);
      yield* member.unpacked.splice(0);
    }
  }
  if (!member.ended) throw new NotGzip('The last member is not whole.');
}

function startMember() {
  const inflate = new Inflate({ windowBits: WINDOW_BITS });
  const member = { inflate, unpacked: [] as Uint8Array[], ended: false };
  inflate.onData = (chunk) => {
    member.unpacked.push(chunk as Uint8Array);
  };
  // Otherwise pako joins everything in memory.
  inflate.onEnd = () => {
    member.ended = true;
  };
  return member;
}

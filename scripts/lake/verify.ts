import { inMemory, listingGroups, rowGroups } from '../../src/lake/decode.ts';
import { type Content, contentHash, LISTING_COLUMNS, ROW_COLUMNS } from '../../src/lake/row.ts';
import { sha256Hex } from '../../src/raw/sha256.ts';
import { type Part, partBytes, type Target } from './parts.ts';

/** The fault of a part; null if it equals the manifest, byte by byte and text by text. */
export async function faultOf(target: Target, part: Part): Promise<string | null> {
  const bytes = await partBytes(target, part);
  if (bytes.byteLength !== part.size_bytes)
    return `has ${bytes.byteLength} bytes instead of ${part.size_bytes}`;
  if ((await sha256Hex(bytes)) !== part.sha256) return 'has another SHA-256';
  const content = await contentOf(part, bytes);
  if (content.rows !== part.rows) return `has ${content.rows} rows instead of ${part.rows}`;
  return content.hash === part.content_hash ? null : 'has other texts';
}

function contentOf({ kind }: Part, bytes: Uint8Array): Promise<Content> {
  const file = inMemory(bytes);
  return kind === 'listings'
    ? contentHash(listingGroups(file), LISTING_COLUMNS)
    : contentHash(rowGroups(file), ROW_COLUMNS);
}

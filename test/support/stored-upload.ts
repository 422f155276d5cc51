import { acceptUpload } from '../../src/db/uploads/lifecycle.ts';
import { type FileHints, NO_READING_HINTS } from '../../src/domain/files/parameters.ts';
import { testDeps } from './deps.ts';

export const NO_HINTS: FileHints = {
  asset: null,
  symbol: null,
  dialect: null,
  venue: null,
  quote: null,
  observed_at: null,
  ...NO_READING_HINTS,
};

export interface StoredFile {
  filename?: string;
  hints?: Partial<FileHints>;
  dry_run?: boolean;
}

/** Stores a file and accepts its upload, like POST /uploads; returns its id. Nothing reads it yet. */
export async function storeUpload(
  text: string | Uint8Array,
  { filename, hints, dry_run }: StoredFile = {},
): Promise<string> {
  const { db, uploads } = testDeps();
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const id = crypto.randomUUID();
  const body = new Response(bytes as BufferSource).body ?? new ReadableStream<Uint8Array>();
  const stored = await uploads.put(id, body, bytes.byteLength);
  const [row] = await acceptUpload(db, {
    id,
    filename: filename ?? null,
    hints: { ...NO_HINTS, ...hints },
    series_key: dry_run ? null : id,
    dry_run: dry_run ?? false,
    content_type: 'text/csv',
    reads_again: null,
    ...stored,
  });
  return row?.id ?? '';
}

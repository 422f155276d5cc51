import type { UploadHints } from '../../src/db/uploads.ts';
import { acceptUpload } from '../../src/db/uploads.ts';
import { testDeps } from './deps.ts';

/** Stores a file and accepts it as POST /uploads does; returns the upload's id. Nothing is sent to the queue. */
export async function send(
  content: string | Uint8Array,
  {
    filename = null,
    dry_run = false,
    ...hints
  }: Partial<UploadHints> & { filename?: string | null; dry_run?: boolean } = {},
): Promise<string> {
  const { db, uploads } = testDeps();
  const id = crypto.randomUUID();
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
  const stored = await uploads.put(id, body, bytes.byteLength);
  await acceptUpload(db, {
    id,
    filename,
    hints: {
      asset: null,
      symbol: null,
      dialect: null,
      venue: null,
      quote: null,
      observed_at: null,
      ...hints,
    },
    series_key: dry_run ? null : id,
    dry_run,
    content_type: 'text/csv',
    ...stored,
  });
  return id;
}

import { databaseError, rowsOf } from '../db/client.ts';
import { listUploadsToResume } from '../db/uploads.ts';
import type { Deps } from '../deps.ts';
import type { IngestMessage } from './messages.ts';

export interface StalledUpload {
  id: string;
}

/** Sends a message for each upload; one too many finds its lease taken or its upload ended. */
export async function sendImports(deps: Deps, uploads: StalledUpload[]): Promise<void> {
  for (const { id } of uploads) {
    deps.log.warn('upload.resumed', { upload_id: id });
    await deps.queue.send({ type: 'import', upload_id: id } satisfies IngestMessage);
  }
}

/** Gives every open upload a message: after a start, whatever the queue held before may be gone. */
export async function resumeUploads(deps: Deps): Promise<void> {
  try {
    await sendImports(deps, await rowsOf<StalledUpload>(listUploadsToResume(deps.db, 'open')));
  } catch (error) {
    throw databaseError(error);
  }
}

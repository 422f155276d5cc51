import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { reasonOf } from '../reason.ts';
import { PART_BYTES_DEFAULT } from '../upload/flags.ts';
import { countsOf, type Ended, sendFile } from '../upload/send-file.ts';
import type { Ingestion } from './ingest.ts';
import { OWN_REQUEST } from './worker-output.ts';

const SAMPLE = join(import.meta.dirname, '../../data/sample.csv');
const WAIT_MS_MAX = 5 * 60_000;

/** Uploads the sample file and reports the result. A failure does not prevent the start. */
export async function uploadSample({ url, token, print, signal }: Ingestion): Promise<void> {
  const headers = { 'x-request-id': `${OWN_REQUEST}${randomUUID()}` };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS_MAX)]);
  try {
    const [upload] = await sendFile({
      target: { url, token, headers, signal: patience },
      file: SAMPLE,
      query: {},
      part_bytes: PART_BYTES_DEFAULT,
      print: () => {},
    });
    if (upload === undefined) return;
    print(`sample  data/sample.csv  ${resultOf(upload)}`);
  } catch (error) {
    signal.throwIfAborted();
    print(`sample  data/sample.csv  not ingested: ${reasonOf(error)}`);
  }
}

/** What this start did with it: the counts of an earlier start are not repeated. */
export function resultOf({
  status,
  rows,
  error,
  is_repeat,
}: Pick<Ended, 'status' | 'rows' | 'error' | 'is_repeat'>): string {
  if (is_repeat && status === 'succeeded') return 'is already loaded';
  return `${status}: ${countsOf(rows)}${error ? `: ${error.message} (${error.code})` : ''}`;
}

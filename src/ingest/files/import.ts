import { findCoinsByWord } from '../../db/identity/find-coins.ts';
import type { BatchOrigin } from '../../db/observations/judge.ts';
import { type Lease, releaseLease } from '../../db/tape/leases.ts';
import { finishUpload } from '../../db/uploads/end.ts';
import { keepFilePlan, type StartedUpload, startUpload, uploadLease } from '../../db/uploads/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import { fileBeatSeconds } from '../../domain/beat.ts';
import { fullHints } from '../../domain/files/parameters.ts';
import { instantFromPostgres } from '../../domain/instant.ts';
import { csvBatches, type FileReading, rowsBegin } from '../../reading/csv-batches.ts';
import { readSamples } from '../../reading/samples.ts';
import { CsvFault } from '../../sources/csv/fault.ts';
import { parsePlan, planUpload, wordsToLookUp } from '../../sources/csv/index.ts';
import { NORMALIZER_VERSION } from '../../sources/registry.ts';
import { importBatch, type RunningImport, type WrittenBatch, writeBatches } from './batch.ts';
import { checkSamples } from './check-samples.ts';
import { completeRejects } from './complete-rejects.ts';
import { DryTape } from './dry-tape.ts';
import { failImport } from './fail.ts';
import { oneAhead } from './one-ahead.ts';
import { demandTaken, isMostlyRefused } from './verdict.ts';

/** Far below the CPU limit of an event: a new message continues with the rest. */
const SLICE_MS_MAX = 10_000;
/** Above this number of rejects, the rest of a file with too few accepted records is not read. */
const REJECTS_MAX = 100_000;

export type ImportOutcome = 'done' | 'continue' | { busy_seconds: number };

/**
 * Works on one upload from its stored offset: reads records, normalizes them with the code for polled records, and
 * commits batch by batch, until the end of the file (`done`) or of this slice (`continue`). A permanent fault ends
 * the upload as failed and withdraws its committed rows. Throws faults that may pass.
 */
export async function importFile(deps: Deps, { upload_id }: { upload_id: string }): Promise<ImportOutcome> {
  const upload = await start(deps, upload_id);
  // The end of that withdrawal sends the message again.
  if (upload === null || upload.outcome === 'waiting') return 'done';
  if (upload.outcome === 'busy') return { busy_seconds: Number(upload.busy_seconds ?? 1) };
  const lease = { name: uploadLease(upload_id), token: Number(upload.token) };
  const log = deps.log.with({ upload_id, run_id: Number(upload.run_id) });
  try {
    const ended = await readOn({ ...deps, log }, upload, lease);
    if (!ended) {
      await deps.db.batch([releaseLease(deps.db, lease)]);
      return 'continue';
    }
    await demandTaken(deps, upload_id);
    await deps.db.batch([finishUpload(deps.db, upload_id, lease), releaseLease(deps.db, lease)]);
    log.info('upload.finished', {});
    return 'done';
  } catch (error) {
    if (!(error instanceof CsvFault)) {
      // Released now: the next try need not wait until the lease expires.
      await deps.db.batch([releaseLease(deps.db, lease)]).catch(() => {});
      throw error;
    }
    const line = error.line === null ? '' : ` (line ${error.line})`;
    const fault = { code: error.code, message: `${error.message}${line}` };
    await failImport({ ...deps, log }, upload_id, fault, lease);
    return 'done';
  }
}

async function start({ db }: Deps, id: string): Promise<StartedUpload | null> {
  const [row] = await startUpload(db, id);
  return row === undefined || row.outcome === 'gone' ? null : row;
}

/** Reads and commits until the end of the file (true) or of the slice (false). */
async function readOn(deps: Deps, upload: StartedUpload, lease: Lease): Promise<boolean> {
  const reading = await planned(deps, upload);
  const { encoding, plan } = reading;
  const raw_payload_id = Number(upload.raw_payload_id);
  const file = { r2_key: upload.r2_key, raw_payload_id, encoding, delimiter: plan.delimiter };
  try {
    const ended = await readBatches(deps, upload, reading, lease);
    if (ended) await completeRejects(deps, file);
    return ended;
  } catch (error) {
    if (error instanceof CsvFault) await completeRejects(deps, file);
    throw error;
  }
}

async function readBatches(
  deps: Deps,
  upload: StartedUpload,
  reading: FileReading,
  lease: Lease,
): Promise<boolean> {
  const deadline = deps.now().getTime() + SLICE_MS_MAX;
  const running: RunningImport = {
    upload_id: upload.id,
    lease,
    dry: upload.dry_run ? new DryTape() : null,
    previewed: upload.previewed,
    origin: {
      source: 'csv',
      run_id: Number(upload.run_id),
      raw_payload_id: Number(upload.raw_payload_id),
      fetched_at: instantFromPostgres(upload.fetched_at),
      normalizer_version: NORMALIZER_VERSION,
      beat_seconds: fileBeatSeconds(reading.plan.beat_seconds ?? null),
      in_batches: true,
    },
  };
  if (running.dry !== null) await recall(deps, upload, reading, { ...running, dry: running.dry });
  const stream = await bytesFrom(deps, upload, reading.done_bytes);
  const batches = csvBatches(stream, reading, deps.settings.UPSTREAMS === 'sandbox');
  return commitBatches(deps, running, {
    batches: writeBatches(deps, running, batches),
    read: Number(upload.rows_read),
    rejected: Number(upload.rows_rejected),
    isLate: () => deps.now().getTime() > deadline,
  });
}

/** Restores the memory of a dry run from its earlier slices. */
async function recall(
  deps: Deps,
  upload: StartedUpload,
  { plan, encoding, done_bytes }: FileReading,
  { dry, origin }: { dry: DryTape; origin: BatchOrigin },
): Promise<void> {
  const { delimiter } = plan;
  const start = { encoding, delimiter, byte_offset: 0, line: 1 };
  const place = await rowsBegin(await bytesFrom(deps, upload, 0), start, plan.header_records);
  if (place.done_bytes >= done_bytes) return;
  const stream = await bytesFrom(deps, upload, place.done_bytes);
  const batches = csvBatches(stream, { plan, encoding, ...place }, deps.settings.UPSTREAMS === 'sandbox');
  for await (const batch of batches) {
    await dry.judge(deps, origin, batch);
    if (dry.isFull || batch.place.to_bytes >= done_bytes) return;
  }
}

interface Batches {
  batches: AsyncGenerator<WrittenBatch>;
  /** Records read and rejected so far. */
  read: number;
  rejected: number;
  isLate: () => boolean;
}

/**
 * Commits batches in order, until the last (true) or until time is up (false). While one batch is being committed,
 * the next is being sent, and the one after that is read and written.
 */
async function commitBatches(deps: Deps, running: RunningImport, given: Batches): Promise<boolean> {
  let { read, rejected } = given;
  let before: Promise<void> | null = null;
  let uncounted = 0;
  const commit = async (batch: WrittenBatch, after: Promise<void> | null) => {
    const counts = await importBatch(deps, running, batch, after);
    await after;
    deps.log.info('batch.loaded', { to_bytes: batch.place.to_bytes, ...counts });
    read += batch.batch.read;
    rejected += counts?.rejected ?? 0;
    if (isHopeless(read, rejected)) await demandTaken(deps, running.upload_id);
  };
  try {
    for await (const batch of oneAhead(given.batches)) {
      // No batch is sent before one that may end the file: the number of loaded rows must not depend on timing.
      if (isHopeless(read + uncounted, rejected + uncounted)) {
        await before;
        before = null;
      }
      const previous: Promise<void> | null = before;
      before = commit(batch, previous);
      before.catch(() => {}); // its failure is handled when it is awaited
      uncounted = batch.batch.read;
      await previous;
      if (!given.isLate()) continue;
      await before;
      return false;
    }
  } catch (error) {
    // Everything before a fault of the file comes first, and so do the faults of its commits: a commit fails if the
    // previous one does. No commit stays in progress.
    await before;
    throw error;
  }
  await before;
  return true;
}

const isHopeless = (read: number, rejected: number) =>
  rejected > REJECTS_MAX && isMostlyRefused({ read, taken: read - rejected });

/** The plan from the samples: stored by an earlier slice, or made now. */
async function planned(deps: Deps, upload: StartedUpload): Promise<FileReading> {
  if (upload.plan !== null) {
    const plan = parsePlan(upload.plan);
    const { encoding } = plan;
    return { plan, encoding, done_bytes: Number(upload.done_bytes), next_line: upload.next_line };
  }
  const uploaded_at = instantFromPostgres(upload.fetched_at);
  const hints = { filename: upload.filename, ...fullHints(upload.hints), uploaded_at };
  const head = await readSamples({
    size_bytes: Number(upload.size_bytes),
    delimiter: hints.delimiter,
    bytesFrom: (offset, bytes) => bytesFrom(deps, upload, offset, bytes),
  });
  const coins = await findCoinsByWord(deps.db, wordsToLookUp(head, hints));
  const made = planUpload(head, hints, coins);
  // A header alone is an empty file, unless the bytes after it are unreadable.
  if (made instanceof CsvFault) throw made.code === 'empty_file' ? (head.fault ?? made) : made;
  const first = head.records[made.header_records - 1];
  const warnings = await checkSamples(deps, upload, made, head);
  const reading = {
    plan: { ...made, warnings: [...made.warnings, ...warnings] },
    encoding: head.encoding,
    done_bytes: first?.next_offset ?? 0,
    next_line: first?.next_line ?? 1,
  };
  await keepFilePlan(deps.db, upload.id, reading);
  deps.log.info('upload.planned', { reader: made.reader, dialect: made.dialect });
  return reading;
}

async function bytesFrom(
  deps: Deps,
  upload: StartedUpload,
  offset: number,
  bytes?: number,
): Promise<ReadableStream<Uint8Array>> {
  const stream = await deps.uploads.stream(upload.r2_key, offset, bytes);
  if (stream !== null) return stream;
  throw new CsvFault('bytes_missing', 'The stored file is gone from R2. Send it again.');
}

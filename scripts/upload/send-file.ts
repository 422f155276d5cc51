import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { reasonOf } from '../reason.ts';
import {
  firstRejects,
  knock,
  type RowCounts,
  sendPart,
  type Target,
  type Upload,
  untilEnded,
} from './client.ts';
import { type Part, packParts } from './pack-parts.ts';
import { reviewOf } from './tell.ts';
import { UploadError } from './upload-error.ts';

export interface SendOptions {
  target: Target;
  file: string;
  /** The parameters of the file, by the names of POST /uploads. */
  query: Record<string, string>;
  part_bytes: number;
  print: (line: string) => void;
}

/** An upload that has ended. */
export interface Ended extends Upload {
  /** The same bytes were sent earlier with the same parameters: this is that upload, and nothing was read again. */
  is_repeat: boolean;
}

/** Less than a Worker unpacks by default. */
const PLAIN_BYTES_MAX = 1_900_000_000;
const REJECTS_SHOWN = 5;
const RAW_CHARS_SHOWN = 200;
const PROGRESS_MS = 3_000;

/**
 * Sends a file part by part, waits for each and reports the result. Returns the ended uploads; a failed one is the
 * last. Throws UploadError if the file is unreadable or the Worker refuses it.
 */
export async function sendFile({ target, file, query, part_bytes, print }: SendOptions): Promise<Ended[]> {
  const source = plainBytes(file, await isGzipped(file));
  await knock(target);
  const folder = mkdtempSync(join(tmpdir(), 'cointape-upload-'));
  const name = basename(file).replace(/\.gz$/i, '');
  const ended: Ended[] = [];
  try {
    const limits = { packed_bytes: part_bytes, plain_bytes: PLAIN_BYTES_MAX };
    for await (const part of packParts(source, folder, limits, query)) {
      // Each part has the name of the file, because the name may contain the coin.
      const upload = await sendAndWait(target, part, { filename: name, ...query }, print);
      rmSync(part.path);
      ended.push(upload);
      if (upload.status !== 'succeeded') return ended;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (ended.length === 0) throw new UploadError(`${file} is empty.`);
  if (ended.length > 1) print(`all ${ended.length} parts  ${countsOf(sum(ended.map(({ rows }) => rows)))}`);
  return ended;
}

async function isGzipped(path: string): Promise<boolean> {
  try {
    await using handle = await open(path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* plainBytes(path: string, gzipped: boolean): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(path);
  try {
    yield* gzipped ? pipeline(stream, createGunzip(), () => {}) : stream;
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown) =>
  new UploadError(`${path} cannot be read: ${reasonOf(error)}.`);

async function sendAndWait(
  target: Target,
  part: Part,
  query: Record<string, string>,
  print: (line: string) => void,
): Promise<Ended> {
  const label = `part ${part.number}`;
  const started = Date.now();
  print(`${label}  sending ${megabytes(part.packed_bytes)} (${megabytes(part.plain_bytes)} unpacked)`);
  const { id, status, meta } = await sendPart(target, part, query);
  const is_repeat = status !== 'queued' && status !== 'processing';
  print(
    is_repeat
      ? `${label}  was read before, as upload ${id}: nothing was read again, and this is its result`
      : `${label}  accepted as upload ${id}`,
  );
  for (const warning of meta.warnings ?? []) print(`${label}  note: ${warning}`);
  let told = Date.now();
  const ended = await untilEnded(target, id, ({ status, done_bytes, size_bytes, rows }) => {
    if (Date.now() - told < PROGRESS_MS) return;
    told = Date.now();
    print(`${label}  ${status}, ${Math.floor((done_bytes / size_bytes) * 100)} %: ${countsOf(rows)}`);
  });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  print(`${label}  ${ended.status}${is_repeat ? '' : ` after ${seconds} s`}: ${countsOf(ended.rows)}`);
  for (const line of detailsOf(ended, part.number)) print(`${label}  ${line}`);
  if (ended.rows.rejected > 0) await tellRejects(target, ended, label, print);
  return { ...ended, is_repeat };
}

/** Prints the plan once for all parts; for a dry run completely. */
function detailsOf({ dry_run, dialect, plan, error, ...more }: Upload, number: number): string[] {
  const reading = plan === null ? [] : [`read as ${dialect}. ${plan.convention} ${plan.why}`];
  const shown = dry_run ? reviewOf({ dry_run, dialect, plan, error, ...more }) : reading;
  return [
    ...(number === 1 ? shown : []),
    ...(plan?.warnings ?? []).map((warning) => `warning: ${warning}`),
    ...(more.warnings ?? []).map((warning) => `note: ${warning}`),
    ...(error ? [`error: ${error.message} (${error.code})`] : []),
    ...(dry_run ? [`dry run: ${error ? 'it would fail' : 'it would succeed'}; nothing was stored`] : []),
  ];
}

async function tellRejects(
  target: Target,
  { id, rows }: Upload,
  label: string,
  print: (line: string) => void,
): Promise<void> {
  for (const { line, code, message, raw } of await firstRejects(target, id, REJECTS_SHOWN))
    print(
      `${label}  refused line ${line}: ${message} (${code})  ${JSON.stringify(raw.slice(0, RAW_CHARS_SHOWN))}`,
    );
  if (rows.rejected > REJECTS_SHOWN)
    print(`${label}  refused ${rows.rejected - REJECTS_SHOWN} more: ${target.url}/uploads/${id}/rejects`);
}

const megabytes = (bytes: number) => (bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`);

export const countsOf = ({ read, inserted, duplicate, rejected }: RowCounts) =>
  `${read} read, ${inserted} inserted, ${duplicate} duplicate, ${rejected} rejected`;

const sum = (all: RowCounts[]): RowCounts =>
  all.reduce((a, b) => ({
    read: a.read + b.read,
    inserted: a.inserted + b.inserted,
    duplicate: a.duplicate + b.duplicate,
    rejected: a.rejected + b.rejected,
  }));

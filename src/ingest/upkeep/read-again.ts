import type { ReplayPayload, ReplayPlace } from '../../db/replays/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import type { Observation } from '../../domain/observation.ts';
import { sha256Hex } from '../../raw/sha256.ts';
import { readCsv } from '../../reading/csv.ts';
import { readJson } from '../../reading/json.ts';
import { normalizeBatch, sortReadings } from '../../reading/normalize-batch.ts';
import { CsvFault, type CsvRecord, parsePlan, rowReader } from '../../sources/csv/index.ts';
import { POLLED_SOURCES } from '../../sources/registry.ts';
import { UnreadablePayload } from '../../sources/source.ts';

const BATCH_ROWS = 5_000;

/**
 * The content of a stored reply, read by the current code with the clocks and the rank limit of its time. Throws
 * UnreadablePayload if its bytes are missing, differ from the received ones, or are unreadable.
 */
export async function readReplyAgain(
  { raw, settings }: Deps,
  payload: ReplayPayload,
): Promise<Observation[]> {
  const source = POLLED_SOURCES.find(({ id }) => id === payload.source);
  if (source === undefined) throw new UnreadablePayload(`There is no source ${payload.source} any more.`);
  const object = await raw.get(payload.r2_key);
  if (object === null) throw new UnreadablePayload('The bytes are gone from R2.');
  const bytes = await unpacked(object.body, payload.encoding);
  if ((await sha256Hex(bytes)) !== payload.sha256)
    throw new UnreadablePayload('The stored bytes are not those that were received.');
  const { endpoint, fetched_at, first_fetched_at, poll_top } = payload;
  const sandbox = settings.UPSTREAMS === 'sandbox';
  return normalizeBatch(source, readJson(bytes), {
    endpoint,
    fetched_at,
    first_fetched_at,
    poll_top,
    sandbox,
  }).observations;
}

async function unpacked(body: ReadableStream<Uint8Array>, encoding: ReplayPayload['encoding']) {
  const kept = await new Response(body).arrayBuffer(); // a failure of R2 says nothing about the bytes
  if (encoding !== 'gzip') return new Uint8Array(kept);
  try {
    const packed = new Response(kept).body;
    const plain = packed?.pipeThrough<Uint8Array>(new DecompressionStream('gzip') as never) ?? null;
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch {
    throw new UnreadablePayload('The stored bytes cannot be unpacked.');
  }
}

/** A part of a file, read again: the first observation of each of its keys, and where the next part begins. */
export interface FilePart {
  observations: Observation[];
  to_byte: number;
  next_line: number;
}

/**
 * The content of a stored file from `place` on, read by the current code with the plan of its time. Throws CsvFault
 * if its bytes are missing or become unreadable.
 */
export async function* readFileAgain(
  deps: Deps,
  payload: ReplayPayload,
  place: ReplayPlace,
): AsyncGenerator<FilePart> {
  const { uploads, settings } = deps;
  const plan = parsePlan(payload.plan);
  const stream = await uploads.stream(payload.r2_key, place.done_bytes);
  if (stream === null) throw new CsvFault('bytes_missing', 'The stored file is gone from R2.');
  const { encoding, delimiter } = plan;
  const read = rowReader(plan);
  const partOf = (records: CsvRecord[], last: CsvRecord): FilePart => ({
    observations: sortReadings(records.map(read), settings.UPSTREAMS === 'sandbox')
      .observations.filter(({ repeat }) => repeat === undefined)
      .map(({ repeat: _, ...observation }) => observation),
    to_byte: last.next_offset,
    next_line: last.next_line,
  });
  const position = { encoding, delimiter, byte_offset: place.done_bytes, line: place.next_line };
  let batch: CsvRecord[] = [];
  let toSkip = place.done_bytes === 0 ? plan.header_records : 0;
  for await (const records of readCsv(stream, position)) {
    batch.push(...records.slice(toSkip));
    toSkip = Math.max(toSkip - records.length, 0);
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH_ROWS) continue;
    yield partOf(batch, last);
    batch = [];
  }
  const last = batch.at(-1);
  if (last !== undefined) yield partOf(batch, last);
}

import type { ProvableRow } from '../db/payloads/find-proof.ts';
import type { Observation } from '../domain/observation.ts';
import { readCsv } from '../reading/csv.ts';
import { readJson } from '../reading/json.ts';
import { CsvFault, type CsvRecord, parsePlan, rowReader } from '../sources/csv/index.ts';
import { parsePointer } from '../sources/csv/record.ts';
import { POLLED_SOURCES } from '../sources/registry.ts';
import { type Reading, UnreadablePayload } from '../sources/source.ts';
import type { ByteRange } from './check-bytes.ts';
import type { ProofProblem } from './problem.ts';
import { recordText } from './record-text.ts';

/** The content of the record, read now. */
export interface Recomputed {
  /** The raw record; null if it was not found. */
  record: string | null;
  observation: Observation | null;
  problem: ProofProblem | null;
}

type Origin = Pick<
  ProvableRow,
  | 'source'
  | 'pointer'
  | 'endpoint'
  | 'fetched_at'
  | 'first_fetched_at'
  | 'normalizer_version'
  | 'plan'
  | 'upload_id'
>;

/** The bytes that `recompute` needs; null means all of them. */
export function neededRange({ upload_id, pointer }: Origin): ByteRange | null {
  const place = upload_id === null ? undefined : parsePointer(pointer);
  return place === undefined
    ? null
    : { first: place.byte_offset, last: place.byte_offset + place.byte_length - 1 };
}

/** Reads the record of a row again, with the current code and the clocks and rules of its time. */
export async function recompute(origin: Origin, bytes: Uint8Array): Promise<Recomputed> {
  try {
    return origin.upload_id === null ? ofReply(origin, bytes) : await ofFile(origin, bytes);
  } catch (error) {
    // Their messages quote the bytes, which are not public.
    if (error instanceof UnreadablePayload || error instanceof CsvFault)
      return without('payload_unreadable', UNREADABLE_NOW);
    throw error;
  }
}

export const UNREADABLE_NOW = 'The payload cannot be read as its endpoint promises.';

function ofReply(origin: Origin, bytes: Uint8Array): Recomputed {
  const { pointer } = origin;
  const readings = readAgain(origin, bytes);
  if (readings === null) return without('payload_unreadable', noSource(origin));
  const reading = readings.find((one) => pointerOf(one) === pointer);
  return readAs(reading, recordText(new TextDecoder().decode(bytes), pointer));
}

type ReplyOrigin = Pick<
  Origin,
  'source' | 'endpoint' | 'fetched_at' | 'first_fetched_at' | 'normalizer_version'
>;

/** The content of a reply, read by the current code; null if its source no longer exists. Throws UnreadablePayload. */
export function readAgain(origin: ReplyOrigin, bytes: Uint8Array): Reading[] | null {
  const { source: id, endpoint, fetched_at, first_fetched_at, normalizer_version } = origin;
  const source = POLLED_SOURCES.find((polled) => polled.id === id);
  // Whatever the rank limit was, it let the record pass; it says nothing about its values.
  const context = { endpoint, fetched_at, first_fetched_at, normalizer_version, poll_top: null };
  return source?.read(readJson(bytes), context) ?? null;
}

export const noSource = ({ source }: Pick<Origin, 'source'>) => `There is no source ${source} any more.`;

async function ofFile({ plan: stored, pointer }: Origin, bytes: Uint8Array): Promise<Recomputed> {
  const place = parsePointer(pointer);
  if (stored === null || place === undefined)
    return without('payload_unreadable', 'It is not known how the file was read.');
  const plan = parsePlan(stored);
  const { encoding, delimiter } = plan;
  const { byte_offset, line } = place;
  const records: CsvRecord[] = [];
  for await (const slice of readCsv(streamOf(bytes), { encoding, delimiter, byte_offset, line }))
    records.push(...slice);
  const [record] = records;
  if (record === undefined || records.length > 1)
    return without('record_missing', `The bytes at ${pointer} are not one record.`);
  return readAs(rowReader(plan)(record), record.raw);
}

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });

function readAs(reading: Reading | undefined, record: string | null): Recomputed {
  if (reading?.type === 'observation') return { record, observation: reading.observation, problem: null };
  if (reading?.type !== 'reject')
    return { ...without('record_missing', 'No observation is read from this place of the payload.'), record };
  return { ...without('record_refused', `The record is refused now: ${reading.reject.code}.`), record };
}

function pointerOf(reading: Reading): string | null {
  if (reading.type === 'observation') return reading.observation.pointer;
  return reading.type === 'reject' ? reading.reject.pointer : null;
}

const without = (code: ProofProblem['code'], message: string): Recomputed => ({
  record: null,
  observation: null,
  problem: { code, message },
});

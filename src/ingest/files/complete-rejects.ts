import { listBareRejects, setRejectRaws } from '../../db/runs/rejects.ts';
import type { Deps } from '../../deps.ts';
import { readCsv } from '../../reading/csv.ts';
import { type CsvEncoding, parsePointer, pointerOf } from '../../sources/csv/record.ts';

/** A file in R2, and its plan. */
export interface StoredFile {
  r2_key: string;
  raw_payload_id: number;
  encoding: CsvEncoding;
  delimiter: string;
}

/**
 * Adds the text to rejects that lack it. A record that only the database can reject gets its text after the commit.
 * If the process ended in between, the text is missing, and its place in the file gives it.
 */
export async function completeRejects(deps: Deps, file: StoredFile): Promise<void> {
  const bare = await listBareRejects(deps.db, file.raw_payload_id);
  if (bare.length === 0) return;
  const raws = await textsAt(deps, file, new Set(bare.map(({ pointer }) => pointer)));
  await setRejectRaws(deps.db, file.raw_payload_id, raws);
  deps.log.info('rejects.completed', { rejects: raws.length });
}

/** Reads from the first of the records until all are found. */
async function textsAt(
  { uploads }: Deps,
  { r2_key, encoding, delimiter }: StoredFile,
  wanted: ReadonlySet<string>,
): Promise<{ pointer: string; raw: string }[]> {
  const places = [...wanted].flatMap((pointer) => parsePointer(pointer) ?? []);
  const [first] = places.sort((a, b) => a.byte_offset - b.byte_offset);
  const stream = first && (await uploads.stream(r2_key, first.byte_offset));
  if (!stream) return [];
  const found: { pointer: string; raw: string }[] = [];
  const { byte_offset, line } = first;
  for await (const records of readCsv(stream, { encoding, delimiter, byte_offset, line })) {
    for (const record of records) {
      const pointer = pointerOf(record);
      if (wanted.has(pointer)) found.push({ pointer, raw: record.raw });
    }
    if (found.length === wanted.size) break;
  }
  return found;
}

import { rowIn } from '../../db/client.ts';
import { judgeUpload } from '../../db/uploads/end.ts';
import type { Deps } from '../../deps.ts';
import { CsvFault } from '../../sources/csv/fault.ts';
import { parsePointer } from '../../sources/csv/record.ts';

/** With fewer records, a single bad line may be a large share. */
const RECORDS_MIN = 20;

/**
 * Whether so few records of a file were accepted (inserted or already known) that its plan must be wrong: none, or
 * less than half of at least 20.
 */
export const isMostlyRefused = ({ read, taken }: { read: number; taken: number }): boolean =>
  taken === 0 || (read >= RECORDS_MIN && 2 * taken < read);

/**
 * Throws `too_many_rejects` for an upload with too few accepted records, with the most frequent reason and its
 * line.
 */
export async function demandTaken({ db }: Deps, upload_id: string): Promise<void> {
  const { read, taken, code, message, pointer, times } = rowIn(await judgeUpload(db, upload_id));
  if (!isMostlyRefused({ read: Number(read), taken: Number(taken) })) return;
  const line = parsePointer(pointer ?? '')?.line;
  const reason =
    code === null ? '' : ` Most often, ${times} times, for ${code}, as on line ${line}: ${message}`;
  throw new CsvFault(
    'too_many_rejects',
    `${Number(read) - Number(taken)} of ${read} records were refused, so the file is not what it was taken for.${reason}`,
  );
}

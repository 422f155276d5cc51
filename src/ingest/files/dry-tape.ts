import { rowIn } from '../../db/client.ts';
import { type BatchOrigin, judgeObservations } from '../../db/observations/judge.ts';
import type { Deps } from '../../deps.ts';
import { type BatchRow, DRY_KEYS_MAX, keyOf, repeats } from '../../domain/batch.ts';
import { FIGURES, type Figures, recordOf } from '../../domain/figures.ts';
import { type Reject, TAPE_REJECTS } from '../../domain/reject.ts';
import type { CsvBatch } from '../../reading/csv-batches.ts';
import { seriesDiffers } from './check-samples.ts';

/**
 * The result of the first record of a key: its numbers, if it would be stored; `known` if it repeats a value of the
 * tape, which then represents it; `older` if the tape has a later value.
 */
type First = Packed | 'known' | 'older';

/** The numbers as one text: as separate texts, each would keep the file's text from which it was cut in memory. */
type Packed = `${string}|${string}`;

export interface DryCounts {
  inserted: number;
  duplicate: number;
  /** Rejects because of the tape, or of an earlier record. */
  rejects: Reject[];
}

/**
 * The tape as a dry run sees it: its present rows, plus the rows that earlier batches of the file would have
 * stored.
 */
export class DryTape {
  readonly #firsts = new Map<string, First>();

  get isFull(): boolean {
    return this.#firsts.size >= DRY_KEYS_MAX;
  }

  /** Returns the result of loading a batch, and remembers the rows that it would store. */
  async judge({ db }: Deps, origin: BatchOrigin, { batch, rawAt }: CsvBatch): Promise<DryCounts> {
    const { asked, duplicate, conflicting } = this.#sort(batch.observations);
    const judged = asked.length === 0 ? null : rowIn(await judgeObservations(db, origin, asked));
    if (judged?.far) throw seriesDiffers(judged.far);
    const older = new Set(judged?.older);
    const duplicates = new Set(judged?.duplicate);
    const refused = new Set([...conflicting, ...(judged?.conflicting ?? [])]);
    for (const row of asked) this.#remember(row, older, duplicates);
    const rejects = batch.observations.flatMap(({ pointer, external_id }): Reject[] => {
      const reason = older.has(pointer)
        ? TAPE_REJECTS.older
        : refused.has(pointer) && TAPE_REJECTS.conflicting;
      return reason ? [{ ...reason, pointer, raw: rawAt(pointer), external_id }] : [];
    });
    const known = duplicate + duplicates.size;
    return { inserted: batch.observations.length - known - rejects.length, duplicate: known, rejects };
  }

  /** Decides records whose keys an earlier batch would have stored; the tape decides the others. */
  #sort(observations: BatchRow[]) {
    const asked: BatchRow[] = [];
    const conflicting: string[] = [];
    let duplicate = 0;
    for (const observation of observations) {
      const first = this.#firsts.get(keyOf(observation));
      if (first === undefined || first === 'older') asked.push(observation);
      else if (first === 'known') asked.push({ ...observation, repeat: 'sighted' });
      else if (repeats(observation, unpacked(first))) duplicate += 1;
      else conflicting.push(observation.pointer);
    }
    return { asked, duplicate, conflicting };
  }

  #remember(row: BatchRow, older: ReadonlySet<string>, duplicates: ReadonlySet<string>): void {
    if (row.repeat !== undefined || this.isFull) return;
    const first = older.has(row.pointer) ? 'older' : duplicates.has(row.pointer) ? 'known' : packed(row);
    this.#firsts.set(keyOf(row), first);
  }
}

const packed = (row: Figures): Packed => `${FIGURES.map((figure) => row[figure] ?? '').join('|')}|`;

function unpacked(text: Packed): Figures {
  const values = text.split('|');
  return recordOf(FIGURES, (figure) => values[FIGURES.indexOf(figure)] || null);
}

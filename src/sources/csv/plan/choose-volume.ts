import type { VolumeUnit } from '../../../domain/files/parameters.ts';
import type { Columns } from '../dialect.ts';
import type { CsvPlan } from './types.ts';

export interface ChosenVolume {
  columns: Columns;
  volume: CsvPlan['volume'];
  warning: string | null;
}

/** Settles the use of a volume: US dollars are stored, coins are read as evidence, anything else is not used. */
export function chooseVolume(
  columns: Columns,
  bare: number | null,
  told: VolumeUnit | null,
  header: string[],
): ChosenVolume {
  const { volume_usd: documented, ...others } = columns;
  const at = documented ?? bare;
  if (at === null || at === undefined)
    return { columns, volume: columns.volume_base === undefined ? null : 'base', warning: null };
  const unit = told ?? (documented === undefined ? null : 'usd');
  if (unit === 'usd') return { columns: { ...others, volume_usd: at }, volume: 'usd', warning: null };
  const isFree = unit === 'base' && others.volume_base === undefined;
  const read = isFree ? { ...others, volume_base: at } : others;
  const warning =
    unit === null
      ? `Nothing says what ${header[at]} counts, so it is not stored. Say volume=usd if US dollars, volume=base if coins.`
      : null;
  return { columns: read, volume: read.volume_base === undefined ? null : 'base', warning };
}

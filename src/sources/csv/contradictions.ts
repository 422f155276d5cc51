import { excerpt } from '../../domain/text.ts';
import type { RecordFault } from '../read-record.ts';
import type { CsvPlan } from './plan/types.ts';
import type { CsvRecord } from './record.ts';

/** Makes the function that finds contradictions between a record and the evidence of its plan. */
export function contradictionFinder({
  fixed,
  header,
}: Pick<CsvPlan, 'fixed' | 'header'>): (record: CsvRecord) => RecordFault | null {
  if (fixed.length === 0) return () => null;
  return ({ cells }) => {
    for (const { position, text } of fixed) {
      const cell = cells[position]?.trim() ?? '';
      if (cell === '' || cell.toLowerCase() === text) continue;
      return {
        code: 'contradicts_plan',
        message: `${header[position]} says “${excerpt(cell, 40)}”, the file “${excerpt(text, 40)}”.`,
      };
    }
    return null;
  };
}

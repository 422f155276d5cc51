import { readDecimal } from '../../../domain/decimal.ts';
import type { DecimalMark } from '../../../domain/files/parameters.ts';
import { excerpt } from '../../../domain/text.ts';
import { FIGURES } from '../cells.ts';
import type { Columns, Dialect, Role } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import { markOf } from '../forms/figures.ts';
import type { Questions } from './questions.ts';
import { type Samples, textsAt } from './samples.ts';

export interface ChosenFigures {
  decimal: DecimalMark;
  figures: 'plain' | 'written';
}

/** Settles how figures are written. Asks, or throws CsvFault. */
export function chooseFigures(
  { columns, dialect }: { columns: Columns; dialect: Dialect },
  { rows }: Samples,
  told: DecimalMark | null,
  questions: Questions,
): ChosenFigures {
  const positions = (Object.entries(columns) as [Role, number][]).filter(([role]) => FIGURES.has(role));
  const texts = [...new Set(positions.flatMap(([, at]) => textsAt(rows, at)))];
  // A spreadsheet leaves `40.10K` and `-0.05%` unchanged and writes the other figures in its own way.
  const own = markOf(texts.filter((text) => !isShortened(text)));
  const { verdict, marks, examples } = own.verdict === 'none' ? markOf(texts) : own;
  const shown = examples.map((example) => `“${excerpt(example, 40)}”`);
  if (verdict === 'contradictory')
    throw new CsvFault(
      'ambiguous_decimals',
      `Some figures have a decimal point and some a decimal comma: ${shown.join(' and ')}. Write them all in one way.`,
    );
  if (told !== null) {
    if (!marks.includes(told))
      throw new CsvFault(
        'contradicted',
        `The figures contradict decimal=${told}: ${shown.join('')} has none.`,
      );
    return styled(told, texts);
  }
  if (verdict !== 'ambiguous') return styled(marks[0] ?? 'point', texts);
  // Machines write no thousands marks.
  if (dialect.is_machine && texts.every((text) => !text.includes(','))) return styled('point', texts);
  questions.ask(
    'ambiguous_decimals',
    `The mark in ${shown.join('')} may be a decimal mark or a thousands separator. Say decimal=point or decimal=comma.`,
  );
  return styled('point', texts);
}

const isShortened = (text: string): boolean => /[KMBT%]$/i.test(text);

/** Figures that are plain in the samples are read by the fast reader, which rejects others. */
const styled = (decimal: DecimalMark, texts: string[]): ChosenFigures => ({
  decimal,
  figures: decimal === 'point' && texts.every(isPlainOrNone) ? 'plain' : 'written',
});

const isPlainOrNone = (text: string): boolean => readDecimal(text).fault === undefined || !/\d/.test(text);

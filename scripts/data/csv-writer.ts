import { appendFile, writeFile } from 'node:fs/promises';
import { FIGURES } from '../../src/domain/figures.ts';
import { textCell } from '../../src/domain/files/csv-cell.ts';
import { cellText, type RowWriter } from './row-writer.ts';

const NUMBERS = new Set<string>(FIGURES);

/** The same CSV as the API returns: it can be uploaded again unchanged. */
export async function csvWriter(path: string, columns: readonly string[]): Promise<RowWriter> {
  await writeFile(path, `${columns.join(',')}\r\n`);
  return {
    async write(rows) {
      const lines = rows.map((row) =>
        columns.map((name) => {
          const text = cellText(row[name]) ?? '';
          return NUMBERS.has(name) ? text : textCell(text);
        }),
      );
      await appendFile(path, lines.map((cells) => `${cells.join(',')}\r\n`).join(''));
    },
    async finish() {},
  };
}

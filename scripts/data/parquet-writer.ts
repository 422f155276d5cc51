import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { microsOf } from '../../src/domain/instant.ts';
import type { Row } from './pages.ts';
import { cellText, type RowWriter } from './row-writer.ts';

const GROUP_ROWS = 10_000;

/** In addition to the exact texts: the price as a number for arithmetic, and the time, which is also exact. */
const DERIVED = [
  { name: 'price', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'time', type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: 'OPTIONAL' },
] as const;

/** Parquet: each column of the CSV as exact text, `price` as a double, `time` in microseconds. */
export async function parquetWriter(path: string, columns: readonly string[]): Promise<RowWriter> {
  const texts = columns.map((name) => ({
    name,
    type: 'BYTE_ARRAY' as const,
    converted_type: 'UTF8' as const,
    repetition_type: 'OPTIONAL' as const,
  }));
  const schema = [{ name: 'root', num_children: texts.length + DERIVED.length }, ...texts, ...DERIVED];
  const writer = new ParquetWriter({ writer: fileWriter(path), schema });
  let group: Row[] = [];
  const flush = async () => {
    if (group.length > 0)
      await writer.write({ columnData: columnsOf(group, columns), rowGroupSize: GROUP_ROWS });
    group = [];
  };
  return {
    async write(rows) {
      group.push(...rows);
      if (group.length >= GROUP_ROWS) await flush();
    },
    async finish() {
      await flush();
      await writer.finish();
    },
  };
}

const columnsOf = (rows: readonly Row[], columns: readonly string[]) => [
  ...columns.map((name) => ({ name, data: rows.map((row) => cellText(row[name])) })),
  {
    name: 'price',
    data: rows.map(({ price_usd }) => (typeof price_usd === 'string' ? Number(price_usd) : null)),
  },
  {
    name: 'time',
    data: rows.map(({ created_at }) => (typeof created_at === 'string' ? microsOf(created_at) : null)),
  },
];

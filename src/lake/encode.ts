import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type Column, GROUP_ROWS, groupsOf } from './row.ts';

/** The statistics contain the whole names of coins, which lets a reader skip groups of other coins. */
const STATISTICS_BYTES = 64;

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** Rows in order as the bytes of a Parquet file: one row group per 10,000 rows, with statistics. */
export function encodePart<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Uint8Array {
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(elementOf)],
    statistics: true,
    statisticsTruncateLength: STATISTICS_BYTES,
    createdBy: 'cointape',
  });
  for (const group of groupsOf(rows))
    file.write({
      columnData: columns.map(({ name, rising, read }) => ({
        name,
        data: group.map(read),
        ...(rising && { encoding: 'DELTA_BYTE_ARRAY' as const }),
      })),
      rowGroupSize: GROUP_ROWS,
    });
  file.finish();
  return writer.getBytes();
}

const TYPES: Record<Column<never>['type'], Omit<Element, 'name'>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  long: { type: 'INT64' },
  int: { type: 'INT32' },
  double: { type: 'DOUBLE' },
};

const elementOf = <Row>({ name, type, required }: Column<Row>): Element => ({
  name,
  ...TYPES[type],
  repetition_type: required ? 'REQUIRED' : 'OPTIONAL',
});

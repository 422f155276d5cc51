import { type FileHints, NO_READING_HINTS } from '../../../../src/domain/files/parameters.ts';
import { readCsv, readHead } from '../../../../src/reading/csv.ts';
import {
  CsvFault,
  type CsvPlan,
  type KnownCoin,
  planUpload,
  rowReader,
} from '../../../../src/sources/csv/index.ts';

const NOTHING: FileHints = {
  asset: null,
  symbol: null,
  dialect: null,
  venue: null,
  quote: null,
  observed_at: null,
  ...NO_READING_HINTS,
};

/** The coins that identity knows in these tests. */
const COINS: KnownCoin[] = (
  [
    ['BTC', 'Bitcoin', 'bitcoin'],
    ['ETH', 'Ethereum', 'ethereum'],
    ['LTC', 'Litecoin', 'litecoin'],
    ['XRP', 'XRP', 'ripple'],
    ['WAVES', 'Waves', 'waves'],
    ['STETH', 'Lido Staked Ether', 'staked-ether'],
    ['HT', 'Huobi Token', 'huobi-token'],
  ] as const
).flatMap(([symbol, name, id]) => {
  const asset = `${symbol.toLowerCase()}-${id}`;
  return [
    { word: symbol.toLowerCase(), by: 'symbol', symbol, name, asset },
    { word: name.toLowerCase(), by: 'name', symbol, name, asset },
    { word: id, by: 'id', symbol, name, asset },
  ];
});

export interface GivenFile {
  name?: string;
  hints?: Partial<FileHints>;
  text: string;
}

export type FileOutcome =
  | { fault: string; message: string; parameters: string[] }
  | { plan: CsvPlan; rows: string[]; rejects: string[] };

const PARAMETERS =
  'columns header delimiter decimal date_order zone bar period volume quote symbol asset venue dialect observed_at'.split(
    ' ',
  );

/** Plans a file from its text and reads it: each row as `external_id instant price`, each reject as its code. */
export async function readFile({ name, hints, text }: GivenFile): Promise<FileOutcome> {
  const bytes = new TextEncoder().encode(text);
  const said = { ...NOTHING, filename: name ?? null, ...hints };
  const head = await readHead(new Blob([bytes]).stream(), said.delimiter);
  const made = planUpload(head, said, COINS);
  if (made instanceof CsvFault) {
    const { code, message } = made;
    return { fault: code, message, parameters: PARAMETERS.filter((one) => message.includes(`${one}=`)) };
  }
  const plan = JSON.parse(JSON.stringify(made)) as CsvPlan;
  const { next_offset: byte_offset = 0, next_line: line = 1 } = head.records[plan.header_records - 1] ?? {};
  const read = rowReader(plan);
  const rows: string[] = [];
  const rejects: string[] = [];
  const { encoding, delimiter } = plan;
  const rest = new Blob([bytes.subarray(byte_offset)]).stream();
  for await (const records of readCsv(rest, { encoding, delimiter, byte_offset, line }))
    for (const record of records) {
      const reading = read(record);
      if (reading.type === 'observation') {
        const { external_id, observed_at, price_usd } = reading.observation;
        rows.push(`${external_id} ${observed_at} ${price_usd}`);
      } else if (reading.type === 'reject') rejects.push(reading.reject.code);
    }
  return { plan, rows, rejects };
}

/** Rows of consecutive days, from 1 March 2024 on. */
export const days = (count: number, row: (day: string, index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${row(`2024-03-0${index + 1}`, index)}\n`).join('');

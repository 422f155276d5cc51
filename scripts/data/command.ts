import { rename, rm } from 'node:fs/promises';
import { csvWriter } from './csv-writer.ts';
import { DataError } from './data-error.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { type Page, pagesOf, type Wait } from './pages.ts';
import { parquetWriter } from './parquet-writer.ts';
import type { RowWriter } from './row-writer.ts';

/** Runs `npm run data` with its arguments; returns the exit code. */
export async function runData(
  args: string[],
  environment: NodeJS.ProcessEnv,
  { print = (line: string) => console.log(line), wait }: { print?: (line: string) => void; wait?: Wait } = {},
): Promise<number> {
  try {
    const flags = parseFlags(args, environment);
    if (flags === 'help') {
      print(HELP);
      return 0;
    }
    const rows = await fetchInto(flags, pagesOf(flags, wait));
    print(`${flags.out}: ${rows} rows`);
    return 0;
  } catch (error) {
    console.error(isExpected(error) ? `error: ${error.message}` : String((error as Error).stack));
    return 1;
  }
}

/** A failure caused by the command line or the file system. */
const isExpected = (error: unknown): error is Error =>
  error instanceof DataError || (error instanceof Error && 'syscall' in error);

const WRITERS = { csv: csvWriter, parquet: parquetWriter };

/** Writes the pages to a temporary file, and renames it when all have arrived. */
async function fetchInto({ out, format }: Flags, pages: AsyncIterable<Page>): Promise<number> {
  const part = `${out}.part`;
  let writer: RowWriter | null = null;
  let rows = 0;
  try {
    for await (const { data } of pages) {
      const [first] = data;
      if (first === undefined) continue;
      writer ??= await WRITERS[format](part, Object.keys(first));
      await writer.write(data);
      rows += data.length;
    }
    if (writer === null) throw new DataError('No rows match, so there is no file.');
    await writer.finish();
    await rename(part, out);
    return rows;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

import { type Flags, HELP, parseFlags } from './upload/flags.ts';
import { sendFile } from './upload/send-file.ts';
import { UploadError } from './upload/upload-error.ts';

const print = (line: string) => console.log(line);

/** Whether every part was ingested. */
async function send({ file, url, token, query, part_bytes }: Flags): Promise<boolean> {
  const uploads = await sendFile({ target: { url, token }, file, query, part_bytes, print });
  return uploads.every(({ status }) => status === 'succeeded');
}

async function main(): Promise<number> {
  try {
    const flags = parseFlags(process.argv.slice(2), process.env);
    if (flags === 'help') {
      print(HELP);
      return 0;
    }
    return (await send(flags)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof UploadError ? `error: ${error.message}` : String((error as Error).stack));
    return 1;
  }
}

process.exitCode = await main();

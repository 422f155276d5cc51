import { type Flags, HELP, parseFlags } from './flags.ts';
import { sendFile } from './send-file.ts';
import { UploadError } from './upload-error.ts';

const print = (line: string) => console.log(line);

/** Runs `npm run upload` with its arguments; returns the exit code. */
export async function runUpload(args: string[], environment: NodeJS.Dict<string>): Promise<number> {
  try {
    const flags = parseFlags(args, environment);
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

/** Whether every part was ingested. */
async function send({ file, url, token, query, part_bytes }: Flags): Promise<boolean> {
  const uploads = await sendFile({ target: { url, token }, file, query, part_bytes, print });
  return uploads.every(({ status }) => status === 'succeeded');
}

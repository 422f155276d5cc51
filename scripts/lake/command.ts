import { type Flags, HELP, parseFlags } from './flags.ts';
import { LakeError } from './lake-error.ts';
import { listParts } from './parts.ts';
import { restoreDay } from './restore.ts';
import { faultOf } from './verify.ts';

const print = (line: string) => console.log(line);

/** Runs `npm run lake` with its arguments; returns the exit code. */
export async function runLake(args: string[], environment: NodeJS.Dict<string>): Promise<number> {
  try {
    const flags = parseFlags(args, environment);
    if (flags === 'help') {
      print(HELP);
      return 0;
    }
    return (await (flags.command === 'verify' ? verify(flags, flags.day) : restore(flags))) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof LakeError ? `error: ${error.message}` : String((error as Error).stack));
    return 1;
  }
}

/** Whether every part matches the manifest. */
async function verify(target: Flags, day: string | null): Promise<boolean> {
  const parts = await listParts(target, day === null ? {} : { start_date: day, end_date: day });
  let [rows, bytes, faults] = [0, 0, 0];
  for (const part of parts) {
    const fault = await faultOf(target, part);
    if (fault !== null) print(`${part.part} ${fault}`);
    rows += part.rows;
    bytes += part.size_bytes;
    faults += fault === null ? 0 : 1;
  }
  print(`${parts.length} parts, ${rows} rows, ${bytes} bytes; ${faults} faults`);
  return faults === 0;
}

async function restore(flags: Extract<Flags, { command: 'restore' }>): Promise<true> {
  const parts = await listParts(flags, { kind: 'changes', start_date: flags.day });
  if (!parts.some(({ day }) => day === flags.day))
    throw new LakeError(`No part holds changes of ${flags.day}.`);
  const restored = await restoreDay(flags, { ...flags, parts });
  print(`${restored} rows of ${flags.day} are restored; existing rows did not change.`);
  return true;
}

import { writeGuides } from '../guides.ts';
import { reasonOf } from '../reason.ts';
import { runTool } from '../tool.ts';
import { copyVendorFiles } from '../vendor.ts';
import { prepareDatabase, readDatabase } from './database.ts';
import { HELP, parseFlags } from './flags.ts';
import { deploy } from './run.ts';

/** Runs `npm run deploy` with its arguments; returns the exit code. */
export async function runDeploy(args: string[], environment: NodeJS.Dict<string>): Promise<number> {
  try {
    const flags = parseFlags(args);
    if (flags === 'help') {
      console.log(HELP);
      return 0;
    }
    copyVendorFiles();
    writeGuides();
    const deps = {
      folder: process.cwd(),
      environment,
      wrangler: (command: string[], options?: Parameters<typeof runTool>[2]) =>
        runTool('wrangler', command, options),
      fetch,
      database: { read: readDatabase, prepare: prepareDatabase },
      print: (line: string) => console.log(line),
      complain: (line: string) => console.error(line),
    };
    await deploy(deps, flags);
    return 0;
  } catch (error) {
    console.error(`error: ${reasonOf(error)}`);
    return 1;
  }
}

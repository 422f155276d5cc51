import { runData } from './data/command.ts';

process.exitCode = await runData(process.argv.slice(2), process.env);

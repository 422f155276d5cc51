import { runLake } from './lake/command.ts';

process.exitCode = await runLake(process.argv.slice(2), process.env);

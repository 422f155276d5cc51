import { runDeploy } from './deploy/command.ts';

process.exitCode = await runDeploy(process.argv.slice(2), process.env);

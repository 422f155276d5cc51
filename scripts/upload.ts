import { runUpload } from './upload/command.ts';

process.exitCode = await runUpload(process.argv.slice(2), process.env);

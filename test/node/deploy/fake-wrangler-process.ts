import { fakeWrangler } from './fake-wrangler.ts';

const { code, stdout } = fakeWrangler(process.env.FAKE_ACCOUNT ?? '', process.argv.slice(2), process.env);
process.stdout.write(stdout);
process.exitCode = code;

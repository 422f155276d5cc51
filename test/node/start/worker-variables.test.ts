import { expect, test } from 'vitest';
import { envFile, readVariables } from '../../../scripts/start/worker-variables.ts';

test('local defaults, then .dev.vars, then the environment; never what npm start sets itself', () => {
  const environment = {
    POLL_MINUTES: '1',
    SCHEDULER_TOKEN: 'env',
    HOME: '/root',
    UPSTREAMS: 'live',
    LOG_LEVEL: '',
  };
  const devVars = { SCHEDULER_TOKEN: 'file', COINGECKO_API_KEY: 'key', DATABASE_URL: 'postgres://elsewhere' };
  expect(readVariables(environment, devVars)).toEqual({
    SCHEDULER_TOKEN: 'env',
    UPLOAD_TOKEN: 'dev',
    READ_TOKEN: 'dev',
    READ_ACCESS: 'public',
    RAW_ACCESS: 'public',
    BULK_ACCESS: 'public',
    RATE_LIMIT: 'off',
    TOKEN_COPIES: 'off',
    POLL_MINUTES: '1',
    COINGECKO_API_KEY: 'key',
  });
});

test('the env file quotes values and keeps $ from being expanded', () => {
  const variables = { A: 'plain', B: 'pa$$word $HOME', C: "it's", D: 'two words # not a comment' };
  expect(envFile(variables)).toBe(
    "A='plain'\nB='pa\\$\\$word \\$HOME'\nC=`it's`\nD='two words # not a comment'\n",
  );
  expect(() => envFile({ A: "'`" })).toThrow("A may not hold both ' and `.");
});

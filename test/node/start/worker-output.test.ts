import { describe, expect, test } from 'vitest';
import { createOutputFilter } from '../../../scripts/start/worker-output.ts';

function filtered(lines: string[], verbose = true): string[] {
  const shown: string[] = [];
  const filter = createOutputFilter(
    {
      out: (line) => shown.push(`out ${line}`),
      err: (line) => shown.push(`err ${line}`),
    },
    verbose,
  );
  for (const line of lines) filter(line);
  return shown;
}

describe('the output of wrangler that users see', () => {
  test.each([
    ['info lines of the Worker', ['{"level":"info","event":"a"}'], ['out {"level":"info","event":"a"}']],
    [
      'its warnings and errors, without decoration, on stderr',
      [
        '\u001b[33m▲ \u001b[43;33m[\u001b[43;30mWARNING\u001b[43;33m]\u001b[0m \u001b[1m{"level":"warn","event":"w"}\u001b[0m',
        '',
        '✘ [ERROR] {"level":"error","event":"e"}',
      ],
      ['err {"level":"warn","event":"w"}', 'err {"level":"error","event":"e"}'],
    ],
    [
      'no request lines, banners or offline notes',
      [
        'Your Worker has access to the following bindings:',
        'Binding                            Resource                  Mode',
        'env.DATABASE_URL ("(hidden)")      Environment Variable      local',
        '⎔ Starting local server...',
        '🪵  Logs were written to "wrangler.log"',
        '[wrangler:info] GET /livez 200 OK (436ms)',
        '[wrangler:warn] Unable to fetch the `Request.cf` object! Falling back to a default placeholder...',
        '✘ [ERROR] e = rust/worker/ffi.rs:1: failed: failed to lookup address information: not known',
        '  stack: /workerd@383c3f9; sentryErrorContext = jsgInternalError',
        'Error: getaddrinfo ENOTFOUND workers.cloudflare.com',
        '    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26)',
      ],
      [],
    ],
    [
      'no log lines of the requests of npm start itself',
      ['{"level":"info","event":"request","request_id":"npm-start-1","path":"/runs/1"}'],
      [],
    ],
    [
      'errors of wrangler with what belongs to them',
      ['✘ [ERROR] Build failed with 1 error:', '', '  src/index.ts:1:2', '[wrangler:info] x', '    at y'],
      ['err ✘ [ERROR] Build failed with 1 error:', 'err   src/index.ts:1:2'],
    ],
    [
      'an exception of the Worker',
      ['[wrangler:error] Error: boom', '    at fetch (w.ts:3:33)', 'plain'],
      ['err [wrangler:error] Error: boom', 'err     at fetch (w.ts:3:33)', 'out plain'],
    ],
  ])('%s', (_name, lines, shown) => {
    expect(filtered(lines)).toEqual(shown);
  });

  test('without --verbose only warnings, errors and other text', () => {
    const lines = ['{"level":"info","event":"a"}', '{"level":"warn","event":"w"}', 'plain'];
    expect(filtered(lines, false)).toEqual(['err {"level":"warn","event":"w"}', 'out plain']);
  });
});

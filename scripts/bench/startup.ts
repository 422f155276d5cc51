import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';

const ISOLATES = 7;

// Imports the Worker at the first request instead of before it, which makes the time measurable from outside.
const LATE = `
let started;
export default {
  async fetch() {
    started ??= import('./index.js');
    await started;
    return new Response('ok');
  },
};`;

/**
 * Milliseconds until the Worker's modules have run, for several fresh isolates: a first request that imports them,
 * minus a second request that does not. The first isolate warms up the process and is excluded.
 */
export async function startupMs(script: string): Promise<number[]> {
  const names = Array.from({ length: ISOLATES }, (_, index) => `isolate-${index}`);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.ERROR),
      cf: false,
      workers: names.map((name) => ({
        name,
        compatibilityDate: '2026-11-01',
        modules: [
          { type: 'ESModule' as const, path: 'late.js', contents: LATE },
          { type: 'ESModule' as const, path: 'index.js', contents: script },
        ],
        unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      })),
    }),
  );
  try {
    await miniflare.ready;
    const times: number[] = [];
    for (const name of names) {
      const url = (await miniflare.unsafeGetDirectURL(name)).origin;
      const first = await timed(url);
      times.push(first - (await timed(url)));
    }
    return times.slice(1);
  } finally {
    await miniflare.dispose();
  }
}

async function timed(url: string): Promise<number> {
  const started = performance.now();
  const reply = await fetch(url);
  const text = await reply.text();
  if (text !== 'ok') throw new Error(`The Worker does not start: ${text.slice(0, 500)}`);
  return performance.now() - started;
}

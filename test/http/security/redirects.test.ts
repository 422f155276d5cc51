import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/db/client.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { codeOf } from '../../support/upload-requests.ts';
import { asked, forgetScript, scriptedUrl } from '../../support/upstream.ts';

// A redirect would pass on keys and passwords, which are in headers, to the host that it names.

const ELSEWHERE = '/elsewhere';

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
});

/** From now on `path` redirects with this status. */
async function redirect(path: string, status: number): Promise<void> {
  const base = scriptedUrl();
  const headers = { 'x-reply-status': String(status), 'x-reply-location': `${base}${ELSEWHERE}` };
  await fetch(`${base}${path}`, { method: 'PUT', headers, body: '' });
}

const places = async () => (await asked()).map(({ url }) => new URL(url, 'http://x').pathname);

describe.each([301, 302, 303, 307, 308])('a redirect of status %i', (status) => {
  it('is not followed from an upstream', async () => {
    const paths = [
      '/coinpaprika/tickers',
      '/coinpaprika/global',
      '/coingecko/coins/markets',
      '/coingecko/global',
    ];
    for (const path of paths) await redirect(path, status);
    await tick(testDeps({}, { COINGECKO_API_KEY: 'key' }), Date.parse('2026-01-10T10:00:00Z')).catch(
      () => {},
    );
    expect(await places()).toEqual(expect.arrayContaining(paths));
    expect(await places()).not.toContain(ELSEWHERE);
  });

  it('is not followed from the database', async () => {
    await redirect('/sql', status);
    const { host } = new URL(scriptedUrl());
    const db = connect(`postgres://user:password@${host}/tape`);
    expect(codeOf(await ask('/runs', { deps: { db } }))).toEqual([503, 'database_unavailable']);
    expect(await places()).toEqual(['/sql']);
  });
});

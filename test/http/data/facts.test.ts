import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/raw/sha256.ts';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { seed } from '../../support/tape.ts';

const { db, raw } = testDeps();
const ODD = 'a/b c_spot_1%2F=é';
const BYTES = new TextEncoder().encode('{"price": 3.84e-18}\n');

async function seedTotals(
  source: string,
  observed_at: string,
  cap: string,
  more: { revision?: number; superseded?: string } = {},
) {
  await db.execute('test.raw')(sql`
    insert into market_totals (source, observed_at, revision, known_at, superseded_at, market_cap_usd,
      bitcoin_dominance_percent, assets_count, raw_payload_id, pointer, run_id, normalizer_version, flags)
    values (${source}, ${observed_at}, ${more.revision ?? 1}, ${observed_at}, ${more.superseded ?? null}, ${cap},
      '41.00', 7, 1, '', 1, 1, '{}')`);
}

beforeAll(async () => {
  await emptyDatabase();
  await seedTotals('coingecko', '2025-01-10T10:00:00Z', '1', { superseded: '2025-01-10T10:05:00Z' });
  await seedTotals('coingecko', '2025-01-10T10:00:00Z', '3000000000000.10', { revision: 2 });
  await seedTotals('coinpaprika', '2025-01-10T10:00:00Z', '2');
  await seedTotals('coinpaprika', '2025-01-10T11:00:00Z', '3');
  const fact = { source: 'csv', external_id: ODD, observed_at: '2025-01-10T10:00:00.000001Z' };
  await seed(db, [
    { ...fact, known_at: '2025-01-10T11:00:00Z', superseded_at: '2025-01-10T12:00:00Z', price_usd: '1.10' },
    { ...fact, known_at: '2025-01-10T12:00:00Z', revision: 2, price_usd: '1.20' },
  ]);
});

describe('/global', () => {
  test('gives the current reading of each source, newest first', async () => {
    const answer = await ask('/global');
    expect(answer.text).toContain(
      '{"source":"coingecko","market_cap_usd":3000000000000.10,"volume_24h_usd":null,' +
        '"bitcoin_dominance_percent":41.00,"market_cap_change_24h_percent":null,"assets_count":7,' +
        '"created_at":"2025-01-10T10:00:00Z","ingested_at":"2025-01-10T10:00:00Z","flags":[]}',
    );
    expect(answer.column('market_cap_usd')).toEqual([3, 2, 3000000000000.1]);
    expect(answer.page.pagination.total).toBe(3);
  });

  test.for([
    ['source=coingecko', ['3000000000000.10']],
    ['start_date=2025-01-10T10:30:00Z', ['3']],
    ['end_date=2025-01-10T10:30:00Z&limit=1', ['2']],
  ] as const)('?%s', async ([query, caps]) => {
    expect((await ask(`/global?${query}&decimals=string`)).column('market_cap_usd')).toEqual(caps);
  });

  test('pages by cursor', async () => {
    const caps: unknown[] = [];
    for (let path: string | null = '/global?limit=1&decimals=string'; path; ) {
      const answer = await ask(path);
      caps.push(...answer.column('market_cap_usd'));
      path = answer.page.pagination.next;
    }
    expect(caps).toEqual(['3', '2', '3000000000000.10']);
  });
});

describe('/observations/{id}', () => {
  const id = (revision: number) => encodeURIComponent(`csv_${ODD}_spot_1736503200000001_${revision}`);

  test('returns the requested revision and all others', async () => {
    const { status, text, json } = await ask(`/observations/${id(1)}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      data: {
        id: `csv_${ODD}_spot_1736503200000001_1`,
        created_at: '2025-01-10T10:00:00.000001Z',
        superseded_at: '2025-01-10T12:00:00Z',
        revisions: [
          { id: `csv_${ODD}_spot_1736503200000001_2`, superseded_at: null },
          { id: `csv_${ODD}_spot_1736503200000001_1`, superseded_at: '2025-01-10T12:00:00Z' },
        ],
      },
      meta: { attribution: [{ source: 'csv' }] },
    });
    expect(text).toMatch(/"price_usd":1\.10,.*"price_usd":1\.20,.*"price_usd":1\.10,/);
    expect((await ask(`/observations/${id(2)}?decimals=string`)).json).toMatchObject({
      data: { price_usd: '1.20' },
    });
  });

  test('an unknown revision or listing is 404, a malformed one 400', async () => {
    expect((await ask(`/observations/${id(3)}`)).status).toBe(404);
    expect((await ask('/observations/csv_none_spot_0_1')).status).toBe(404);
    expect((await ask('/observations/csv_none_spot_0_0')).status).toBe(400);
    expect((await ask('/observations/csv_no%00ne_spot_0_1')).status).toBe(400);
  });
});

describe('/raw/{sha256}', () => {
  let path: string;
  beforeAll(async () => {
    const sha256 = await sha256Hex(BYTES);
    path = `/raw/${sha256}`;
    const { r2_key, encoding } = await raw.put(sha256, BYTES, '2026-01-10T10:00:00Z');
    await db.execute('test.raw')(sql`
      insert into raw_payloads (source, run_id, endpoint, url, status, headers, content_type, fetched_at,
        duration_ms, size_bytes, sha256, r2_key, encoding)
      values ('coingecko', 1, 'x', 'https://upstream.test/x', 200, '{}', 'application/json; charset=utf-8', now(),
        1, ${BYTES.length}, ${sha256}, ${r2_key}, ${encoding})`);
  });

  test('returns the exact bytes as an inert download', async () => {
    const { status, headers, text } = await ask(path);
    expect(status).toBe(200);
    expect(text).toBe('{"price": 3.84e-18}\n');
    expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(headers.get('Content-Disposition')).toBe(`attachment; filename="${path.slice(5)}.json"`);
    expect(headers.get('Content-Security-Policy')).toContain('sandbox');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    const again = await ask(path, { headers: { 'If-None-Match': headers.get('ETag') ?? '' } });
    expect(again.status).toBe(304);
    expect((await ask(path, { method: 'HEAD' })).text).toBe('');
  });

  test('needs the read token if raw bytes are not public', async () => {
    const vars = { RAW_ACCESS: 'token', READ_TOKEN: 'reader' };
    expect((await ask(path, { vars })).status).toBe(401);
    const answer = await ask(path, { vars, headers: bearer('reader') });
    expect(answer.status).toBe(200);
    expect(answer.header('Cache-Control')).toBe('private, max-age=31536000, immutable');
    expect((await ask(path, { vars: { RAW_ACCESS: 'token' } })).json).toMatchObject({
      code: 'not_configured',
    });
  });

  test('an unknown hash is 404', async () => {
    expect((await ask(`/raw/${'0'.repeat(64)}`)).json).toMatchObject({ code: 'not_found', status: 404 });
  });
});

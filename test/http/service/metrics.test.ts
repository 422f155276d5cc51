import { sql } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import { exposition, type Metric } from '../../../src/http/service/exposition.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { seed, seedRuns } from '../../support/tape.ts';

const { db } = testDeps();

beforeEach(emptyDatabase);

// The grammar of text format 0.0.4, line by line.
const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const HELP = new RegExp(`^# HELP (${NAME}) .+$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|summary)$`);
const SAMPLE = new RegExp(
  `^(${NAME})(\\{${LABEL}(?:,${LABEL})*\\})? ([+-]?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|NaN)$`,
);

/** Samples by name and labels; throws at anything that Prometheus would reject. */
function parse(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  let family = '';
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.slice(0, -1).split('\n')) {
    const help = HELP.exec(line);
    const type = TYPE.exec(line);
    if (help !== null) {
      family = help[1] ?? '';
      expect(types.has(family), `${family} comes once`).toBe(false);
    } else if (type !== null) {
      expect(type[1]).toBe(family);
      types.set(family, type[2] ?? '');
    } else {
      const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? [];
      expect(name, line).not.toBe('');
      const suffix = types.get(family) === 'summary' ? /_(sum|count)$/ : /$/;
      expect(name.replace(suffix, '')).toBe(family);
      if (types.get(family) === 'counter') expect(name).toMatch(/_total$/);
      expect(samples.has(name + labels), line).toBe(false);
      samples.set(name + labels, Number(value));
    }
  }
  return samples;
}

test('an empty tape has metrics', async () => {
  const answer = await ask('/metrics');
  expect(answer.status).toBe(200);
  expect(answer.header('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const samples = parse(answer.text);
  expect(samples.get('cointape_runs_total{source="coinpaprika",status="failed"}')).toBe(0);
  expect(samples.get('cointape_source_healthy{source="coinpaprika"}')).toBe(0); // has never run
  expect(samples.get('cointape_source_healthy{source="csv"}')).toBe(1);
  expect([...samples.keys()].filter((name) => name.startsWith('cointape_last_'))).toEqual([]);
});

test('metrics show the state of the database, in one round trip', async () => {
  const now = new Date('2026-01-10T10:02:00Z');
  await seed(db, [{ source: 'coingecko', external_id: 'bitcoin', observed_at: '2026-01-10T10:00:00Z' }]);
  await seedRuns(db, [
    {
      source: 'coingecko',
      status: 'succeeded',
      started_at: '2026-01-10T10:00:00Z',
      finished_at: '2026-01-10T10:00:01.5Z',
      rows: [10, 7, 2, 1],
    },
    {
      source: 'coingecko',
      status: 'failed',
      started_at: '2026-01-10T10:01:00Z',
      finished_at: '2026-01-10T10:01:00.25Z',
    },
    { source: 'coingecko', status: 'queued' },
  ]);
  await rows(
    sql`update runs set anomalies = '[{"code":"row_count","endpoint":null,"message":"few"}]' where id = 2`,
  );
  await rows(sql`insert into call_ledger (source, period, starts_at, calls, calls_max)
    values ('coingecko', 'month', date_trunc('month', now()), 40, 10000), ('coingecko', 'day', now() - interval '3 days', 5, 10),
      ('coinpaprika', 'month', date_trunc('month', now()), 7, null)`);
  await rows(sql`insert into alerts (raised_at, changes, due_at) values (now(), '[]', now())`);
  const calls = vi.spyOn(globalThis, 'fetch');
  const { text } = await ask('/metrics', {
    deps: { now: () => now },
    vars: { VERSION: { id: '', tag: 'v1', timestamp: '' } },
  });
  expect(calls.mock.calls).toHaveLength(1);
  calls.mockRestore();
  const samples = parse(text);
  expect(Object.fromEntries(samples)).toMatchObject({
    'cointape_build_info{version="v1",upstreams="live"}': 1,
    'cointape_observations{source="coingecko"}': 1,
    cointape_alerts_pending: 1,
    'cointape_uploads_open{status="queued"}': 0,
    'cointape_runs_total{source="coingecko",status="succeeded"}': 1,
    'cointape_runs_total{source="coingecko",status="failed"}': 1,
    'cointape_runs_open{source="coingecko",status="queued"}': 1,
    'cointape_rows_total{source="coingecko",outcome="inserted"}': 7,
    'cointape_rows_total{source="coingecko",outcome="duplicate"}': 2,
    'cointape_rows_total{source="coingecko",outcome="rejected"}': 1,
    'cointape_run_duration_seconds_sum{source="coingecko"}': 1.75,
    'cointape_run_duration_seconds_count{source="coingecko"}': 2,
    'cointape_last_run_duration_seconds{source="coingecko"}': 0.25,
    'cointape_last_success_age_seconds{source="coingecko"}': 118,
    'cointape_source_healthy{source="coingecko"}': 0,
    'cointape_run_anomalies{source="coingecko",code="row_count"}': 1,
    'cointape_run_anomalies{source="coingecko",code="null_rate"}': 0,
    'cointape_lost_fields{source="coingecko"}': 0,
    'cointape_upstream_calls{source="coingecko",period="month"}': 40,
    'cointape_upstream_calls_limit{source="coingecko",period="month"}': 10_000,
    'cointape_upstream_calls_left{source="coingecko",period="month"}': 9960,
    'cointape_upstream_calls{source="coinpaprika",period="month"}': 7,
  });
  expect(samples.has('cointape_upstream_calls{source="coingecko",period="day"}')).toBe(false);
  expect(samples.has('cointape_upstream_calls_left{source="coinpaprika",period="month"}')).toBe(false);
});

test('access to metrics follows READ_ACCESS', async () => {
  const vars = { READ_ACCESS: 'token', READ_TOKEN: 'reader' };
  expect((await ask('/metrics', { vars })).status).toBe(401);
  expect((await ask('/metrics', { vars, headers: bearer('reader') })).status).toBe(200);
  expect((await ask('/metrics?x=1')).status).toBe(400);
});

test('labels, help and numbers have the form that Prometheus reads', () => {
  const metric = (samples: Metric['samples']): Metric => ({
    name: 'a',
    type: 'gauge',
    help: 'b\\c\nd',
    samples,
  });
  const samples = [
    { labels: { l: 'x"y\\z\nw', m: 'ü' }, value: 1e21 },
    { value: null },
    { labels: { l: '' }, value: Number.POSITIVE_INFINITY },
    { value: -0.5 },
  ];
  const text = exposition([metric(samples), metric([{ value: null }])]);
  expect(text).toBe(
    '# HELP a b\\\\c\\nd\n# TYPE a gauge\na{l="x\\"y\\\\z\\nw",m="ü"} 1e+21\na{l=""} +Inf\na -0.5\n',
  );
  expect(parse(text).size).toBe(3);
});

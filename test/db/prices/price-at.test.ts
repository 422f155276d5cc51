import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { pricedRows } from '../../../src/db/prices/answers.ts';
import { listPrices, type PriceRequest } from '../../../src/db/prices/list.ts';
import { beatOf } from '../../../src/domain/beat.ts';
import { instantOfDate } from '../../../src/domain/instant.ts';
import { priceAt, type Series } from '../../../src/domain/price-at.ts';
import { ANSWER_ORDER } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { answerByTheLetter, SERIES_BEATS } from '../../support/price-rule.ts';

// The rule in TypeScript and in SQL, over rows of the tape, against the rule read from its text over the rows that were
// generated.

const { db } = testDeps();
const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');
const SPAN_S = 20 * 86_400;
const ASSETS = 60;
const RANKS: readonly string[] = ANSWER_ORDER;
const SPREAD_POINTS = 1_000;

interface Row {
  observed_at: string;
  price_usd: string | null;
  flags: string[];
  /** Withdrawn rows never answer. */
  is_withdrawn: boolean;
}
interface Line {
  asset: string;
  source: string;
  external_id: string;
  kind: 'spot' | 'bar_close';
  /** The beat of its payload, or of the plan of its file. */
  kept_seconds: number | null;
  rows: Row[];
}

const at = (seconds: number) => instantOfDate(new Date(FIRST_MS + seconds * 1_000));

const anyRows = (beat: number): fc.Arbitrary<Row[]> =>
  fc
    .array(
      fc.record({
        step: fc.constantFrom(1, 1, 1, 2, 3, 4, 40),
        late: fc.integer({ min: 0, max: 40 }),
        price_usd: fc.constantFrom('1', '1.01', '0.99', '2', null),
        flags: fc.constantFrom<string[][]>([], [], [], ['anomaly']),
        is_withdrawn: fc.constantFrom(false, false, false, true),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((steps) => {
      let seconds = 0;
      return steps.flatMap(({ step, late, ...row }) => {
        seconds += Math.max(step * beat, 60);
        return seconds + late > SPAN_S
          ? []
          : [{ ...row, observed_at: at(seconds + (beat > 3_600 ? 0 : late)) }];
      });
    });

const anyLine = fc
  .record({
    source: fc.constantFrom('coingecko', 'coinpaprika', 'coinlore', 'csv'),
    beat: fc.constantFrom(...SERIES_BEATS),
    is_bar: fc.boolean(),
    venue: fc.constantFrom('-', 'venue'),
    is_history: fc.constantFrom(false, false, true),
  })
  .chain((line) => anyRows(line.beat).map((own) => ({ ...line, rows: own })));
type AnyLine = typeof anyLine extends fc.Arbitrary<infer Value> ? Value : never;

const PERIODS = new Map<number, string>([
  [60, '1m'],
  [300, '5m'],
  [1_800, '30m'],
  [3_600, '1h'],
  [86_400, '1d'],
]);

function lineOf(
  { source, beat, is_bar, venue, is_history, rows: own }: AnyLine,
  asset: string,
  nth: number,
): Line {
  const isBar = source === 'csv' && is_bar;
  const external_id = `${source === 'csv' ? 'x:' : ''}${asset}-${nth}${isBar ? `:${venue}:usd:${PERIODS.get(beat) ?? '-'}` : ''}`;
  const history = is_history && source !== 'csv' ? ['backfill'] : [];
  return {
    asset,
    source,
    external_id,
    kind: isBar ? 'bar_close' : 'spot',
    // For some files the distance of their rows is unknown.
    kept_seconds: source === 'csv' && beat === 1_200 ? null : beat,
    rows: own.map((row) => ({ ...row, flags: [...row.flags, ...history] })),
  };
}

const LINES = fc
  .sample(fc.array(anyLine, { minLength: 1, maxLength: 5 }), { numRuns: ASSETS, seed: 15 })
  .flatMap((lines, n) => lines.map((line, nth) => lineOf(line, `a${n}`, nth)));

async function load(lines: Line[]) {
  const given = lines.map(({ rows: own, ...line }, index) => ({ ...line, id: index + 1, own }));
  await rows(sql`
    with g as (select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (id int, asset text, source text,
      external_id text, kind text, kept_seconds int, own jsonb)),
    named as (insert into assets (id, symbol, name, created_at) select distinct asset, upper(asset), asset, ${at(0)}::timestamptz from g returning id),
    listed as (insert into listings (id, source, external_id, symbol, first_known_at, asset_id) overriding system value
      select g.id, source, external_id, upper(asset), ${at(0)}::timestamptz, named.id from g join named on named.id = g.asset returning id),
    run as (insert into runs (id, source, trigger, status, accepted_at) overriding system value
      select id, source, 'cron', 'succeeded', ${at(0)}::timestamptz from g),
    payload as (insert into raw_payloads (id, source, run_id, endpoint, url, status, headers, fetched_at, duration_ms,
        size_bytes, sha256, r2_key, encoding, beat_seconds) overriding system value
      select id, source, id, 'e', '', 200, '{}', ${at(0)}::timestamptz, 1, 1, id, '', 'gzip', case when source <> 'csv' then kept_seconds end from g),
    upload as (insert into uploads (id, run_id, raw_payload_id, hints, dry_run, status, sha256, size_bytes, accepted_at,
        touched_at, plan)
      select id, id, id, '{}', false, 'succeeded', '', 1, ${at(0)}::timestamptz, ${at(0)}::timestamptz, jsonb_build_object('beat_seconds', kept_seconds)
      from g where source = 'csv')
    insert into observations (listing_id, kind, observed_at, revision, source, known_at, superseded_at, price_usd,
      raw_payload_id, pointer, run_id, normalizer_version, flags)
    select g.id, g.kind, r.observed_at, 1, g.source, r.observed_at,
      case when r.is_withdrawn then r.observed_at + interval '1 s' end, r.price_usd, g.id, '', g.id, 1, r.flags
    from g join listed on listed.id = g.id
    cross join jsonb_to_recordset(g.own) as r (observed_at timestamptz, price_usd numeric, flags text[], is_withdrawn boolean)`);
  await rows(sql`
    insert into counts (listing_id, kind, source, observations, revisions, first_observed_at, last_observed_at, first_known_at)
    select listing_id, kind, source, count(*) filter (where superseded_at is null), count(*), min(observed_at),
      coalesce(max(observed_at) filter (where superseded_at is null), max(observed_at)), min(known_at)
    from observations group by 1, 2, 3`);
  await rows(sql`
    insert into latest_observations (listing_id, source, observed_at, revision, known_at, flags, price_usd, beat_seconds)
    select distinct on (o.listing_id) o.listing_id, o.source, o.observed_at, 1, o.known_at, o.flags, o.price_usd,
      case when o.listing_id % 2 = 0 then coalesce(p.beat_seconds, (u.plan->>'beat_seconds')::int, 86400) end
    from observations o join raw_payloads p on p.id = o.raw_payload_id left join uploads u on u.run_id = o.run_id
    where o.kind = 'spot' and o.superseded_at is null
    order by o.listing_id, o.observed_at desc`);
}

interface Known extends Series {
  source: string;
}

/** The series of an asset at T, from the generated rows. */
const seriesAt = (asset: string, t: string): Known[] =>
  LINES.filter((line) => line.asset === asset).flatMap(
    ({ source, external_id, kind, kept_seconds, rows: own }) => {
      const last = own
        .filter(({ observed_at, is_withdrawn }) => !is_withdrawn && Date.parse(observed_at) <= Date.parse(t))
        .toSorted((a, b) => Date.parse(b.observed_at) - Date.parse(a.observed_at))[0];
      if (last === undefined) return [];
      const is_file = source === 'csv';
      const { flags, observed_at, price_usd } = last;
      const facts = {
        kind,
        external_id,
        is_file,
        flags,
        kept_seconds,
        endpoint_seconds: null,
        thinned_to: null,
      };
      const beat_seconds = beatOf(facts);
      return [
        {
          source,
          rank: RANKS.indexOf(source) + 1,
          is_file,
          external_id,
          kind,
          observed_at,
          price_usd,
          flags,
          beat_seconds,
        },
      ];
    },
  );

const spreadOf = (kept: Known[]): number | null => {
  const prices = kept.map(({ price_usd }) => Number(price_usd));
  if (prices.length < 2) return null;
  const lowest = Math.min(...prices);
  return ((Math.max(...prices) - lowest) / lowest) * 10_000;
};

beforeAll(async () => {
  await emptyDatabase();
  await load(LINES);
});

it('answers 1,000 points as the letter of the rule does', async () => {
  const asked = fc.sample(
    fc.record({ asset: fc.nat(ASSETS - 1), seconds: fc.integer({ min: 0, max: SPAN_S }) }),
    {
      numRuns: SPREAD_POINTS,
      seed: 4,
    },
  );
  const points = asked.map(({ asset, seconds }) => ({ asset: `a${asset}`, at: at(seconds) }));
  const request: PriceRequest = {
    points: points.map((point) => ({
      type: 'asset',
      source: null,
      value: point.asset,
      at: point.at,
    })),
    clock: { at: at(SPAN_S), source_order: ANSWER_ORDER },
    sources: null,
    max_age_seconds: null,
    as_of: null,
    explain: true,
    seen: null,
  };
  const found = pricedRows(await listPrices(db, request), request);
  const steps = new Map<number | null, number>();
  points.forEach((point, i) => {
    const series = seriesAt(point.asset, point.at);
    const [expected, stale, kept] = answerByTheLetter(series, point.at);
    const row = found[i];
    if (row === undefined || row.position === null) throw new Error('Every asset is known.');
    const told =
      row.takes_part === true ? [row.source, row.external_id, row.observed_at, !row.on_time] : null;
    const due = expected && [expected.source, expected.external_id, expected.observed_at, stale];
    expect({ ...point, told }).toEqual({ ...point, told: due });
    const spread = spreadOf(kept);
    if (spread === null) expect(row.spread_bps).toBeNull();
    else expect(Number(row.spread_bps)).toBeCloseTo(spread, 1);
    const explained = (row.series ?? []).map((one) => ({
      ...one,
      rank: RANKS.indexOf(one.source) + 1,
      is_file: one.source === 'csv',
    }));
    expect(explained.map(({ external_id, beat_seconds }) => [external_id, beat_seconds]).sort()).toEqual(
      series.map(({ external_id, beat_seconds }) => [external_id, beat_seconds]).sort(),
    );
    const { answer, step } = priceAt(explained, point.at);
    expect(answer?.external_id ?? null).toBe(expected?.external_id ?? null);
    steps.set(step, (steps.get(step) ?? 0) + 1);
  });
  // Every outcome with and without an answer occurs.
  expect([...steps.keys()].sort()).toEqual([2, 3, null]);
});

it('is the price in /assets, wherever its pages end', async () => {
  const now = at(SPAN_S + 100);
  const deps = { now: () => new Date(now) };
  const all = [];
  for (let path: string | null = '/assets?limit=7'; path !== null; ) {
    const { page } = await ask(path, { deps });
    all.push(...page.data);
    const { next_cursor } = page.pagination;
    path = next_cursor === null ? null : `/assets?limit=7&cursor=${encodeURIComponent(next_cursor)}`;
  }
  const expected = [...new Set(LINES.map(({ asset }) => asset))].map((asset) => {
    const [answer, stale] = answerByTheLetter(seriesAt(asset, now), now);
    return [asset, answer?.external_id ?? null, answer === null ? null : stale];
  });
  const told = all.map(({ asset, external_id, price_usd, stale }) =>
    price_usd === null ? [asset, null, null] : [asset, external_id, stale],
  );
  expect(told.sort()).toEqual(expected.sort());
});

import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import type { Deps } from '../../src/deps.ts';
import { formatObservationId } from '../../src/domain/observation-id.ts';
import { maintain } from '../../src/ingest/upkeep/maintain.ts';
import { idOf } from '../../src/lake/row.ts';
import { writeLake } from '../../src/lake/write.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { currentAt, emptyLake, lakeDeps, lakeRows } from '../support/lake.ts';
import { seed } from '../support/tape.ts';

// A tape of some days with late rows, revisions and withdrawals, written and thinned by workers that are killed at
// random. The model knows every change; the lake and the database together must know them too.

const DAYS = 3;
const FIRST_DAY = Date.UTC(2026, 2, 1);
const DAY_MS = 86_400_000;
const instant = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

interface Row {
  external_id: string;
  observed_at: string;
  revision: number;
  price_usd: string;
  known_at: string;
  superseded_at: string | null;
}
/** An event at a moment of a day: its coins and instants, and whether it is withdrawn. */
interface Event {
  coin: number;
  /** How many ten-minute steps before, or on an earlier day. */
  before: number;
  late: boolean;
  withdraws: boolean;
}

/** The history that events make, and the rows of each day at its end. */
class Model {
  readonly rows: Row[] = [];
  readonly versions: string[] = [];

  apply(event: Event, ms: number): void {
    const version = instant(ms);
    const external_id = `coin-${event.coin}`;
    const slot = Math.floor(ms / 600_000) * 600_000 - event.before * 600_000 - (event.late ? DAY_MS : 0);
    const observed_at = instant(slot);
    const own = this.rows.filter((row) => row.external_id === external_id && row.observed_at === observed_at);
    const current = own.find(({ superseded_at }) => superseded_at === null);
    if (event.withdraws && current === undefined) return;
    this.versions.push(version);
    if (current) current.superseded_at = version;
    if (event.withdraws) return;
    const row = {
      external_id,
      observed_at,
      revision: own.length + 1,
      price_usd: `${ms}.${own.length}0`,
      known_at: version,
    };
    this.rows.push({ ...row, superseded_at: null });
  }

  currentAt(version: string): string[] {
    return this.rows
      .filter((row) => row.known_at <= version && (row.superseded_at === null || row.superseded_at > version))
      .map(idFor)
      .sort();
  }
}

const idFor = (row: Row) => formatObservationId({ ...row, source: 'coingecko', kind: 'spot' });

/** Brings the database to the state of the model, like loads and withdrawals. */
async function bring({ rows: all }: Model, from: number): Promise<void> {
  const ended = all.slice(0, from).filter(({ superseded_at }) => superseded_at !== null);
  const columns = sql`external_id text, observed_at timestamptz, revision int, price_usd numeric, known_at timestamptz, superseded_at timestamptz`;
  await rows(sql`
    update observations o set superseded_at = m.superseded_at
    from json_to_recordset(${JSON.stringify(ended)}::json) as m (${columns})
    join listings l on l.external_id = m.external_id
    where o.listing_id = l.id and o.observed_at = m.observed_at and o.revision = m.revision`);
  await rows(sql`
    insert into observations (listing_id, kind, observed_at, revision, source, known_at, superseded_at, price_usd,
      raw_payload_id, pointer, run_id, normalizer_version, flags)
    select l.id, 'spot', m.observed_at, m.revision, 'coingecko', m.known_at, m.superseded_at, m.price_usd, 600, '/0', 1, 1, '{}'
    from json_to_recordset(${JSON.stringify(all.slice(from))}::json) as m (${columns})
    join listings l on l.external_id = m.external_id`);
  await seed(testDeps().db, []);
}

const COINS = ['coin-1', 'coin-2'];
const addCoins = () =>
  rows(sql`
    insert into listings (source, external_id, first_known_at)
    select 'coingecko', id, '2026-02-01Z' from unnest(${sql.param(COINS)}::text[]) as id`);

/** Deps whose commits fail before or after their effect, and which lose bytes, as scripted. */
function killed(deps: Deps, fate: () => number): Deps {
  const dies = (when: number) => {
    if (fate() === when) throw new Error('killed');
  };
  const batch: Db['batch'] = async (parts) => {
    dies(0);
    const results = await deps.db.batch(parts);
    dies(1);
    return results;
  };
  const { lake } = deps;
  const put: typeof lake.put = async (part, bytes) => {
    dies(0);
    await lake.put(part, bytes);
    dies(1);
  };
  return { ...deps, db: { ...deps.db, batch }, lake: { ...lake, put } };
}

/** Does the work, and is killed several times on the way; the last try is not. */
async function doWork(
  work: (deps: Deps) => Promise<unknown>,
  deps: Deps,
  fates: Iterator<number>,
): Promise<void> {
  for (let tries = 3; tries >= 0; tries -= 1) {
    const fate = () => (tries === 0 ? 9 : (fates.next().value ?? 9));
    const outcome = await work(killed(deps, fate)).catch(() => 'killed');
    await rows(sql`update leases set expires_at = '-infinity'`);
    if (outcome === 'done') return;
  }
  throw new Error('It came to no end.');
}

const event = fc.record({
  coin: fc.integer({ min: 1, max: 2 }),
  before: fc.integer({ min: 0, max: 2 }),
  late: fc.boolean(),
  withdraws: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});
const day = fc.record({
  events: fc.array(event, { minLength: 2, maxLength: 5 }),
  asks: fc.boolean(),
  writes: fc.boolean(),
});

it('every change is in at least one place, and the view as of any version equals the tape at that version', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(day, { minLength: DAYS, maxLength: DAYS }),
      fc.infiniteStream(fc.integer({ min: 0, max: 12 })),
      async (days, fates) => {
        await emptyDatabase();
        await emptyLake();
        await addCoins();
        const model = new Model();
        for (const [index, { events, asks, writes }] of days.entries()) {
          const from = model.rows.length;
          for (const [place, one] of events.entries())
            model.apply(one, FIRST_DAY + index * DAY_MS + (place + 30) * 900_000);
          await bring(model, from);
          if (asks)
            await rows(sql`insert into tasks (type, asked, touched_at) values ('lake', 1, now())
              on conflict (type) do update set asked = tasks.asked + 1`);
          const now = () => new Date(FIRST_DAY + (index + 1) * DAY_MS + 600_000);
          const deps = lakeDeps({ now }, { KEEP_OBSERVATIONS_DAYS: '1' });
          if (writes || asks) await doWork((given) => writeLake(given, 3), deps, fates);
          await doWork(maintain, deps, fates);
        }
        await checkBothPlaces(model);
      },
    ),
    { numRuns: 3 },
  );
});

async function checkBothPlaces(model: Model): Promise<void> {
  const lake = await lakeRows();
  const through = lake.at(-1)?.version ?? '';
  const written = lake.filter(({ change }) => change !== 'withdrawn').map(idOf);
  expect(new Set(written).size).toBe(written.length); // nothing twice
  const kept = await rows<{ external_id: string; observed_at: string; revision: number }>(sql`
    select l.external_id, o.observed_at at time zone 'utc' as observed_at, o.revision
    from observations o join listings l on l.id = o.listing_id`);
  const somewhere = new Set([
    ...written,
    ...kept.map((row) => formatObservationId({ ...row, source: 'coingecko', kind: 'spot' })),
  ]);
  expect(model.rows.map(idFor).filter((id) => !somewhere.has(id))).toEqual([]);
  for (const version of model.versions.filter((one) => one <= through))
    expect(currentAt(lake, (known) => known <= version)).toEqual(model.currentAt(version));
  const prices = new Map(lake.map((row) => [idOf(row), row.price_usd]));
  for (const row of model.rows)
    if (row.known_at <= through && row.superseded_at === null)
      expect(prices.get(idFor(row))).toBe(row.price_usd);
}

import { parseArgs } from 'node:util';
import { connect } from '../src/db/client.ts';
import type { Purpose } from '../src/domain/upstream/purpose.ts';
import { plannedRequests, polledSource } from '../src/sources/registry.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { applyMigrations } from './migrations.ts';
import { postgresLedger } from './month/postgres-ledger.ts';
import { type Day, type Happenings, type Plan, simulate } from './month/simulate.ts';
import { startNeonServer } from './neon-server.ts';

const HELP = `npm run month -- [--from DATE] [--days N]

Plays the calls of a first month on CoinGecko's demo plan against the real ledger in an embedded Postgres, with a
clock of its own, and prints for each day the calls by purpose and how many coins have their history. In it one
call in 200 is refused, five coins are asked for by hand each Monday, and on the tenth day nothing runs for six
hours. Begins on the first of January 2026 and lasts 31 days. Ends with 1 when a limit was passed or a poll
got no call.
`;

const OUTAGE = { from: 9 * 1_440 + 480, until: 9 * 1_440 + 840 };
/** History skips the last hour, so the outage can be filled at that time. */
const FILLABLE = OUTAGE.until + 65;

function demoPlan(): Plan {
  const source = polledSource('coingecko');
  const settings = {
    base_url: source?.plans.demo?.base_url ?? '',
    api_key: 'demo',
    plan: 'demo',
    poll_minutes: 5,
    calls_per_month: null,
    pages: source?.pages?.default ?? 1,
    poll_top: null,
  };
  if (source === undefined) throw new Error('CoinGecko is no longer a source.');
  return {
    planned: plannedRequests(source, settings).map(({ endpoint, every_minutes, purpose = 'live' }) => ({
      endpoint,
      every_minutes,
      purpose,
    })),
    limits: source.limits(settings),
    coins: 1_000,
    poll_minutes: 5,
    spare_a_tick: 60,
  };
}

function happenings(from: Date, coins: number): Happenings {
  return {
    lateMs: (minute) => (minute >= OUTAGE.from && minute < OUTAGE.until ? null : (minute * 7_919) % 40_000),
    isRefused: (minute) => Math.imul(minute + 1, 2_654_435_761) >>> 0 < 2 ** 32 / 200,
    manual: (minute) =>
      minute % 1_440 === 600 && new Date(from.getTime() + minute * 60_000).getUTCDay() === 1 ? 5 : 0,
    gapCoins: (minute) => (minute === FILLABLE ? coins : 0),
  };
}

const COLUMNS: Purpose[] = ['live', 'lists', 'manual', 'gap', 'history'];
const row = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;

function printDay({ day, calls, month_calls, coins_with_history, gap_coins_left }: Day): void {
  const cells = [
    day,
    ...COLUMNS.map((purpose) => calls[purpose]),
    month_calls,
    coins_with_history,
    gap_coins_left,
  ];
  console.log(row(cells));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, days: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const from = new Date(`${values.from ?? '2026-01-01'}T00:00:00Z`);
  const days = Number(values.days ?? 31);
  const plan = demoPlan();
  await using opened = new AsyncDisposableStack();
  const postgres = opened.adopt(await startEmbeddedPostgres(), (it) => it.close());
  await applyMigrations(postgres.url);
  const server = opened.adopt(
    await startNeonServer({ target: postgres.url, connections: 1, connect: postgres.connect }),
    (it) => it.close(),
  );
  const ledger = postgresLedger(connect(server.url), 'coingecko');
  console.log(row(['Day', ...COLUMNS, 'month so far', 'coins with history', 'coins with missed hours']));
  console.log(row(['---', ...Array.from({ length: COLUMNS.length + 3 }, () => '---:')]));
  let isWell = true;
  const limit = plan.limits.find(({ period }) => period === 'month')?.calls_max ?? 0;
  const month = { from, days, ledger, happenings: happenings(from, plan.coins) };
  for await (const day of simulate(plan, month)) {
    printDay(day);
    isWell &&= day.month_calls <= limit && day.refused_polls === 0;
  }
  return isWell ? 0 : 1;
}

process.exit(await main());

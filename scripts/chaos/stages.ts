import { type Subject, until } from './subject.ts';

// The stages of a tape, round after round. Each stage can start again after a kill, and reaches the same state
// after any number of starts.

const HOUR_MS = 3_600_000;
const MARKET_MS = Date.UTC(2026, 0, 10);
/** More than a batch for withdrawals. Judging a file again by its rows is slow enough with fewer. */
const RECORDS = { gone: 12_000, kept: 5_000 };

export interface Round {
  number: number;
  began_at: string;
  /** Sets the market of both upstreams to an instant. */
  setClock(at: Date): void;
}

export interface Stage {
  name: string;
  /** Prepares the conditions for the work before any kill; identical in every run. */
  prepare?(subject: Subject, round: Round): Promise<void>;
  /** Requests the work, or the rest of it. */
  begin(subject: Subject, round: Round): Promise<unknown>;
  isDone(subject: Subject, round: Round): Promise<boolean>;
  /** A query that returns a row while the work is half done. */
  half: string;
}

export const STAGES: readonly Stage[] = [
  {
    name: 'poll',
    prepare: async (_, { number, setClock }) => setClock(new Date(MARKET_MS + number * HOUR_MS)),
    begin: (subject, { number }) => subject.tick(pollTime(number)),
    isDone: (subject, { began_at }) =>
      holds(
        subject,
        `select count(distinct source) = 2 from runs
         where source <> 'csv' and status in ('succeeded', 'partial') and started_at > '${began_at}' and rows_read > 0`,
      ),
    half: `select 1 from runs where status = 'running' and source <> 'csv'`,
  },
  {
    name: 'import',
    begin: async (subject, { number }) => {
      await subject.ask(`/uploads?filename=${gone(number)}`, csv(gone(number), RECORDS.gone));
      await subject.ask(`/uploads?filename=${kept(number)}`, csv(kept(number), RECORDS.kept));
    },
    isDone: (subject, { number }) =>
      holds(
        subject,
        `select count(*) = 2 from uploads where filename in ('${gone(number)}', '${kept(number)}') and status = 'succeeded'`,
      ),
    half: `select 1 from uploads where status = 'processing' and done_bytes > 0`,
  },
  {
    name: 'withdrawal',
    begin: async (subject, { number }) => {
      const id = await uploadId(subject, gone(number));
      await subject.ask(`/uploads/${id}/withdraw`, '{"reason":"It was wrong."}');
    },
    isDone: (subject, { number }) =>
      holds(
        subject,
        `select withdrawn_at is not null from runs where id = (select run_id from uploads where filename = '${gone(number)}')`,
      ),
    half: `
      select 1 from runs r where withdraw_reason is not null and withdrawn_at is null and exists (
        select from observations o where o.run_id = r.id and o.superseded_at is not null)`,
  },
  {
    name: 'promotion',
    // As if another rule had read the file.
    prepare: async (subject, { number }) => {
      await subject.query(
        `update observations set price_usd = price_usd * 10, normalizer_version = 0 where run_id = (
           select run_id from uploads where filename = '${kept(number)}') and superseded_at is null`,
      );
      const id = await uploadId(subject, kept(number));
      await until(
        () => 'the request of a replay',
        async () => (await subject.ask('/replays', JSON.stringify({ upload_id: id })))?.status === 202,
      );
      await until(
        () => 'the comparison',
        () => holds(subject, REPLAY_IS('compared')),
      );
    },
    begin: async (subject) => {
      const [[id]] = (await subject.query('select max(id) from replays')) as [[string]];
      await subject.ask(`/replays/${id}/promote`, '');
    },
    isDone: (subject) => holds(subject, REPLAY_IS('promoted')),
    half: `
      select 1 from replays r where status = 'promoting' and exists (
        select from replay_differences d where d.replay_id = r.id and d.outcome is not null)`,
  },
  {
    name: 'thinning',
    // As if the poll were months old, and the last thinning one night.
    prepare: async (subject) => {
      await subject.query(`
        update observations set known_at = known_at - interval '300 days', superseded_at = superseded_at - interval '300 days'
        where source <> 'csv' and known_at > now() - interval '100 days'`);
      await subject.query(
        `update thinnings set horizon = '2000-01-01Z', place_known_at = '1970-01-01Z', finished_at = null`,
      );
    },
    begin: (subject) => subject.tick(maintenanceTime()),
    isDone: (subject) =>
      holds(
        subject,
        `select count(*) > 0 and count(*) = count(finished_at) filter (where horizon > '2000-01-02Z') from thinnings`,
      ),
    half: `
      select 1 from thinnings where finished_at is null and horizon > '2000-01-02Z' and place_known_at > '1970-01-02Z'`,
  },
];

const gone = (number: number) => `gone-${number}.csv`;
const kept = (number: number) => `kept-${number}.csv`;
const REPLAY_IS = (status: string) => `select status = '${status}' from replays order by id desc limit 1`;

const hourNow = () => Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
/** All endpoints with prices are due again by then. */
const pollTime = (number: number) => hourNow() + (number + 2) * 30 * HOUR_MS;
/** The first tick of an hour requests maintenance; at this hour nothing else is due. */
const maintenanceTime = () => hourNow() - HOUR_MS;

/** Whether a query returns true. */
async function holds(subject: Subject, query: string): Promise<boolean> {
  const [row] = await subject.query(query);
  return row?.[0] === 't';
}

async function uploadId(subject: Subject, filename: string): Promise<string> {
  const [row] = await subject.query(`select id from uploads where filename = '${filename}'`);
  if (typeof row?.[0] !== 'string') throw new Error(`There is no upload ${filename}.`);
  return row[0];
}

/** Prices of one coin. Some contradict earlier ones, and some are not prices. */
function csv(name: string, records: number): string {
  const lines = Array.from({ length: records }, (_, i) => {
    const at = new Date(Date.UTC(2015, 0, 1) + ((i * 7) % (records - 500)) * 60_000);
    return `${name},${name},${i % 997 === 0 ? 'none' : `${i + 1}.50`},${at.toISOString()}`;
  });
  return `symbol,name,price_usd,created_at\n${lines.join('\n')}\n`;
}

import type { Results } from '../../db/client.ts';
import { listCheckpoints } from '../../db/runs/checkpoints.ts';
import {
  circuitOf,
  ledgerOf,
  listEndpointFailures,
  listLedger,
  listUpstreams,
} from '../../db/upstreams/circuits.ts';
import { countSpareWork } from '../../db/upstreams/spare-work.ts';
import type { Deps } from '../../deps.ts';
import { type Instant, instantOfDate } from '../../domain/instant.ts';
import { type Forecast, forecast } from '../../domain/upstream/forecast.ts';
import {
  type PolledSource,
  plannedRequests,
  sourceSettings,
  sourcesOn,
  spareReach,
} from '../../sources/registry.ts';

/** The planned calls of a source, as the API shows them. */
export interface ForecastObject extends Omit<Forecast, 'next_call_ms'> {
  next_call_at: Instant;
  wanted: { gap: number; history: number };
}

/** The queries behind a forecast, for a batch: the state of the upstreams, and the open work. */
export const forecastQueries = ({ db }: Deps) =>
  [listCheckpoints(db), listUpstreams(db), listLedger(db), listEndpointFailures(db)] as const;
export const workQueries = ({ db, settings }: Deps, now: Date) =>
  reaches(settings).map((reach) => countSpareWork(db, { ...reach, now: instantOfDate(now) }));

/** The results of those queries. */
interface Facts {
  upstreams: Results<ReturnType<typeof forecastQueries>>;
  works: Results<ReturnType<typeof workQueries>>;
}

/** The forecast of each polled source. */
export function forecastsOf(
  { settings }: Deps,
  facts: Facts,
  now: Date,
): ReadonlyMap<string, ForecastObject> {
  return new Map(
    sourcesOn(settings).map((source) => [source.id, forecastOf(settings, source, facts, now)] as const),
  );
}

const reaches = (settings: Deps['settings']) =>
  sourcesOn(settings).flatMap((source) => spareReach(source, settings) ?? []);

function forecastOf(
  settings: Deps['settings'],
  source: PolledSource,
  { upstreams: [checkpoints, upstreams, ledger, failures], works }: Facts,
  now: Date,
): ForecastObject {
  const own = <Row extends { source: string }>(rows: Row[]) => rows.filter((row) => row.source === source.id);
  const given = sourceSettings(settings, source.id);
  const [row] = own(upstreams);
  const circuit = row === undefined ? undefined : circuitOf(row);
  const counted = works[reaches(settings).findIndex((reach) => reach.source === source.id)]?.[0];
  const wanted = { gap: counted?.gap ?? 0, history: counted?.history ?? 0 };
  const { next_call_ms, ...told } = forecast(
    {
      planned: plannedRequests(source, given),
      limits: source.limits(given),
      ledger: ledgerOf(source.id, ledger),
      answered: new Map(own(checkpoints).map(({ endpoint, fetched_ms }) => [endpoint, Number(fetched_ms)])),
      failed: new Map(
        own(failures).map(({ endpoint, failures: count, failed_ms }) => [
          endpoint,
          { failures: count, failed_ms: Number(failed_ms) },
        ]),
      ),
      slow_factor: circuit?.slow_factor ?? 1,
      ask_after_ms: circuit?.ask_after_ms ?? null,
      poll_minutes: settings.POLL_MINUTES,
      work: wanted,
    },
    now,
  );
  return { ...told, next_call_at: instantOfDate(new Date(next_call_ms)), wanted };
}

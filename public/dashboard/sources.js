// Each source: how it stands, what it has brought, and the whole market as it defines it.
import { ask, sourceName } from './api.js';
import { element, fill, make } from './dom.js';
import { compact, counted, duration, exact, percent } from './figures.js';
import { notify } from './notices.js';
import { badge, emptiness, number, numeric, since, skeleton, table } from './parts.js';

/**
 * @typedef {{ source: string, status: string, last_run_at: string | null, last_success_at: string | null,
 *   age_seconds: number | null, stale: boolean, message: string | null }} SourceHealth
 * @typedef {{ pace_minutes: number | null, next_call_at: string, projected_calls: number,
 *   calls_max: number | null, wanted: { gap: number, history: number } }} Forecast
 */

export async function showSources() {
  const body = element('sources-body');
  if (body.childElementCount === 0) fill(body, skeleton(3));
  const [health, stats, totals] = await Promise.allSettled([
    ask('/health'),
    ask('/stats'),
    ask('/global', { limit: 10, decimals: 'string' }),
  ]);
  showHealth(health);
  if (health.status === 'rejected') {
    fill(body, emptiness('No answer from the service.', showSources));
    throw health.reason;
  }
  const counts = stats.status === 'fulfilled' ? stats.value : null;
  const markets = totals.status === 'fulfilled' ? totals.value.data : [];
  /** @type {SourceHealth[]} */
  const sources = health.value.sources;
  fill(body, sourceTable(sources, counts, markets));
  body.removeAttribute('aria-busy');
  const total = counts?.totals;
  element('sources-note').textContent = total
    ? `${counted(total.observations)} observations, ${counted(total.listings)} listings, ${counted(total.runs)} runs`
    : '';
  for (const result of [stats, totals]) if (result.status === 'rejected') throw result.reason;
}

const WORDS = { ok: 'operational', degraded: 'degraded', down: 'down' };

/** @param {PromiseSettledResult<any>} result */
function showHealth(result) {
  const health = result.status === 'fulfilled' ? result.value : { status: 'down', sources: [] };
  const state = element('state');
  const word = WORDS[/** @type {keyof typeof WORDS} */ (health.status)] ?? 'unknown';
  if (state.textContent !== word) state.textContent = word;
  state.className = `state ${health.status}`;
  element('version').textContent = health.version ? `Version ${health.version.slice(0, 8)}.` : '';
  notify(
    'sandbox',
    health.upstreams === 'sandbox' && {
      level: 'info',
      text: 'Sandbox: a synthetic market of our own. None of these coins or prices is real.',
    },
  );
  notify(
    'database',
    health.database?.connected === false && {
      level: 'bad',
      text: 'The database cannot be reached; nothing newer can be shown.',
    },
  );
  /** @type {SourceHealth[]} */
  const sources = health.sources;
  notify(
    'sources',
    sources
      .filter(({ status }) => status !== 'ok')
      .map(({ source, stale, message }) => ({
        level: 'warn',
        text: `${sourceName(source)} ${stale ? 'is stale' : 'is degraded'}. ${message ?? ''}`,
        link: runOf(message),
      })),
  );
}

/** @param {string | null} message */
function runOf(message) {
  const id = /\/runs\/(\d+)/.exec(message ?? '')?.[1];
  return id ? { text: `Run ${id}`, href: `/?run=${id}` } : undefined;
}

/**
 * @param {SourceHealth[]} sources
 * @param {any} stats
 * @param {any[]} markets
 */
function sourceTable(sources, stats, markets) {
  const rows = sources.map((health) =>
    sourceRow(
      health,
      stats?.sources.find((/** @type {any} */ one) => one.source === health.source),
      markets.find((market) => market.source === health.source),
    ),
  );
  const headings = ['Source', 'State', 'Last success', ...HEADINGS.map(numeric)];
  return table('What each source has brought', headings, rows, 'sources');
}

const HEADINGS = [
  'Listings',
  'Observations',
  'Runs',
  'Failed',
  'Median run',
  'Calls',
  'Whole market',
  'BTC share',
];

/**
 * @param {SourceHealth} health
 * @param {any} stats
 * @param {any} market
 */
function sourceRow(health, stats, market) {
  const runs = stats ? Object.values(stats.runs).reduce((sum, one) => sum + one, 0) : null;
  const failed = stats ? stats.runs.failed + stats.runs.partial : null;
  const cell = (/** @type {string} */ label, /** @type {any} */ value) => {
    const td = number(value);
    td.dataset.label = label;
    return td;
  };
  const count = (/** @type {number | null | undefined} */ value) =>
    value === null || value === undefined ? '–' : counted(value);
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, sourceName(health.source)),
    make('td', { class: 'state-cell' }, badge(health.stale ? 'stale' : health.status)),
    make('td', { class: health.stale ? 'warn' : '' }, since(health.last_success_at, 'nothing yet')),
    cell('Listings', count(stats?.listings)),
    cell('Observations', count(stats?.observations)),
    cell('Runs', count(runs)),
    cell('Failed', make('span', { class: failed ? 'warn' : '' }, count(failed))),
    cell('Median run', duration(stats?.duration_ms.p50 ?? null)),
    cell('Calls', calls(stats?.quota)),
    cell(
      'Whole market',
      make('span', { title: exact(market?.market_cap_usd ?? null) }, compact(market?.market_cap_usd ?? null)),
    ),
    cell('BTC share', percent(market?.bitcoin_dominance_percent ?? null, 1).replace('+', '')),
  );
}

/**
 * The calls of the month, and in the title what is planned.
 * @param {{ periods: any[], forecast: Forecast | null } | null | undefined} quota
 */
function calls(quota) {
  const month = quota?.periods.find((/** @type {any} */ one) => one.period === 'month');
  const forecast = quota?.forecast;
  if (!forecast || !month) return '–';
  const { pace_minutes, next_call_at, projected_calls, wanted } = forecast;
  const pace = pace_minutes === null ? 'Not asked now' : `Asked every ${pace_minutes} min`;
  const limit = month.calls_max === null ? '' : ` of ${counted(month.calls_max)}`;
  const title =
    `${pace}, next at ${next_call_at.slice(11, 16)} UTC. By the end of the month ${counted(projected_calls)} calls` +
    `${limit}. Still wanted: ${counted(wanted.gap)} for gaps, ${counted(wanted.history)} for history.`;
  return make('span', { title }, `${counted(month.calls)}${limit}`);
}

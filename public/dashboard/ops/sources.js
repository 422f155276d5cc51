// Each source: its state, its rows and calls, and the whole market as it defines it.
import { linkTo } from '../address.js';
import { ask, learnSources, sourceName } from '../api.js';
import { element, fill, make } from '../dom.js';
import { counted, duration, percent } from '../figures.js';
import { notify } from '../notices.js';
import { amount, badge, emptiness, number, numeric, since, skeleton, table } from '../parts.js';
import { moment, zoneName } from '../time.js';

/** @typedef {import('../api.js').Reply<'/health'>} Health */
/** @typedef {Health['sources'][number]} SourceHealth */
/** @typedef {import('../api.js').Reply<'/stats'>} Stats */
/** @typedef {Stats['sources'][number]} SourceStats */
/** @typedef {import('../api.js').RowOf<'/global'>} Market */

/** The strip opens to the table of the sources, which loads only then. */
export function wireSources() {
  element('sources').addEventListener('toggle', () => void showOpened().catch(() => {}));
}

/** Shows the state of the service and its sources in one line, and the table if the strip is open. */
export async function showHealth() {
  const [health] = await Promise.all([ask('/health'), learnSources().catch(() => {})]).catch((error) => {
    tellHealth(null);
    throw error;
  });
  tellHealth(health);
  fill(element('sources-line'), ...health.sources.map(sourceWord));
  await showOpened();
}

/** A source without data and without a fault has no state to show. @param {SourceHealth} health */
function sourceWord({ source, status, stale, last_success_at }) {
  const isEmpty = last_success_at === null && status === 'ok' && !stale;
  return make(
    'span',
    {},
    sourceName(source),
    ' ',
    !isEmpty && badge(stale ? 'stale' : status),
    !isEmpty && ' ',
    make('span', { class: 'quiet' }, since(last_success_at, 'none yet')),
  );
}

async function showOpened() {
  if (/** @type {HTMLDetailsElement} */ (element('sources')).open) await showSources();
}

export async function showSources() {
  const body = element('sources-body');
  if (body.childElementCount === 0) fill(body, skeleton(3));
  try {
    const [health, stats, totals] = await Promise.all([
      ask('/health'),
      ask('/stats'),
      ask('/global', { limit: 10, decimals: 'string' }),
    ]);
    fill(body, sourceTable(health.sources, stats.sources, totals.data));
    const { observations, listings, runs } = stats.totals;
    element('sources-note').textContent =
      `${counted(observations)} observations, ${counted(listings)} listings, ${counted(runs)} runs`;
  } catch (error) {
    if (body.querySelector('table') === null)
      fill(
        body,
        emptiness('The service did not answer.', () => void showSources().catch(() => {})),
      );
    throw error;
  }
}

const WORDS = { ok: 'operational', degraded: 'degraded', down: 'down' };

/** @param {Health | null} answer null if there was none */
function tellHealth(answer) {
  const health = answer ?? { status: 'down', sources: [], version: null, upstreams: null, database: null };
  const state = element('state');
  const word = WORDS[/** @type {keyof typeof WORDS} */ (health.status)] ?? 'unknown';
  if (state.textContent !== word) state.textContent = word;
  state.className = `state ${health.status}`;
  element('version').textContent = health.version ? `Version ${health.version.slice(0, 8)}.` : '';
  notify(
    'sandbox',
    health.upstreams === 'sandbox' && {
      level: 'info',
      text: 'Sandbox: a synthetic market. None of these prices is real.',
    },
  );
  notify(
    'database',
    health.database?.connected === false && {
      level: 'bad',
      text: 'The database cannot be reached, so the page cannot show newer data.',
    },
  );
  notify(
    'sources',
    health.sources
      .filter(({ status }) => status !== 'ok')
      .map(({ source, stale, message }) => ({
        level: /** @type {const} */ ('warn'),
        text: `${sourceName(source)} ${stale ? 'is stale' : 'is degraded'}. ${brief(message ?? '')}`,
        link: runOf(message),
      })),
  );
}

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** The first of several faults, so that the coin stays in view; the run has all of them. @param {string} message */
function brief(message) {
  const [first = '', ...more] = message.split(' | ');
  const text = first.replaceAll(INSTANT, (at) => `${moment(at)} ${zoneName()}`);
  return more.length === 0 ? text : `${text} ${more.length} more ${more.length === 1 ? 'fault' : 'faults'}.`;
}

/** @param {string | null} message */
function runOf(message) {
  const id = /\/runs\/(\d+)/.exec(message ?? '')?.[1];
  return id ? { text: `Run ${id}`, href: linkTo('/ops', { run: String(id) }) } : undefined;
}

/**
 * @param {SourceHealth[]} sources
 * @param {SourceStats[]} stats
 * @param {Market[]} markets
 */
function sourceTable(sources, stats, markets) {
  const rows = sources.map((health) =>
    sourceRow(
      health,
      stats.find((one) => one.source === health.source),
      markets.find((market) => market.source === health.source),
    ),
  );
  const headings = ['Source', 'State', 'Last success', ...HEADINGS.map(numeric)];
  return table('State, rows and calls of each source', headings, rows, 'sources');
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
 * @param {SourceStats | undefined} stats
 * @param {Market | undefined} market
 */
function sourceRow(health, stats, market) {
  const runs = stats ? Object.values(stats.runs).reduce((sum, one) => sum + one, 0) : null;
  const failed = stats ? (stats.runs.failed ?? 0) + (stats.runs.partial ?? 0) : null;
  const cell = (/** @type {string} */ label, /** @type {import('../dom.js').Child} */ value) => {
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
    cell('Whole market', amount(market?.market_cap_usd ?? null)),
    cell('BTC share', percent(market?.bitcoin_dominance_percent ?? null, 1).replace('+', '')),
  );
}

/**
 * The calls of the month. The title has the plan.
 * @param {SourceStats['quota'] | undefined} quota
 */
function calls(quota) {
  const month = quota?.periods.find((one) => one.period === 'month');
  const forecast = quota?.forecast;
  if (!forecast || !month) return '–';
  const { pace_minutes, next_call_at, projected_calls, wanted } = forecast;
  const pace = pace_minutes === null ? 'Not polled now' : `Polled every ${pace_minutes} min`;
  const limit = month.calls_max === null ? '' : ` of ${counted(month.calls_max)}`;
  const title =
    `${pace}, next at ${moment(next_call_at).slice(11, 16)} ${zoneName()}. Expected calls this month: ${counted(projected_calls)}` +
    `${limit}. Waiting: ${counted(wanted.gap)} for gaps, ${counted(wanted.history)} for history.`;
  return make('span', { title }, `${counted(month.calls)}${limit}`);
}

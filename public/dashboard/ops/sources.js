// Each source: how it stands, what it has brought, and the whole market as it defines it.
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

/** The strip opens to the table of the sources, which is asked for only then. */
export function wireSources() {
  element('sources').addEventListener('toggle', () => void showOpened().catch(() => {}));
}

/** How the service and its sources stand, in one line; the table too where the strip is open. */
export async function showHealth() {
  const [health] = await Promise.all([ask('/health'), learnSources().catch(() => {})]).catch((error) => {
    tellHealth(null);
    throw error;
  });
  tellHealth(health);
  fill(element('sources-line'), ...health.sources.map(sourceWord));
  await showOpened();
}

/** @param {SourceHealth} health */
const sourceWord = ({ source, status, stale, last_success_at }) =>
  make(
    'span',
    {},
    sourceName(source),
    ' ',
    badge(stale ? 'stale' : status),
    ' ',
    make('span', { class: 'quiet' }, since(last_success_at, 'nothing yet')),
  );

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
        emptiness('No answer from the service.', () => void showSources().catch(() => {})),
      );
    throw error;
  }
}

const WORDS = { ok: 'operational', degraded: 'degraded', down: 'down' };

/** @param {Health | null} answer null when there was none */
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
      text: 'The database cannot be reached; nothing newer can be shown.',
    },
  );
  notify(
    'sources',
    health.sources
      .filter(({ status }) => status !== 'ok')
      .map(({ source, stale, message }) => ({
        level: /** @type {const} */ ('warn'),
        text: `${sourceName(source)} ${stale ? 'is stale' : 'is degraded'}. ${message ?? ''}`,
        link: runOf(message),
      })),
  );
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
 * The calls of the month, and in the title what is planned.
 * @param {SourceStats['quota'] | undefined} quota
 */
function calls(quota) {
  const month = quota?.periods.find((one) => one.period === 'month');
  const forecast = quota?.forecast;
  if (!forecast || !month) return '–';
  const { pace_minutes, next_call_at, projected_calls, wanted } = forecast;
  const pace = pace_minutes === null ? 'Not asked now' : `Asked every ${pace_minutes} min`;
  const limit = month.calls_max === null ? '' : ` of ${counted(month.calls_max)}`;
  const title =
    `${pace}, next at ${moment(next_call_at).slice(11, 16)} ${zoneName()}. By the end of the month ${counted(projected_calls)} calls` +
    `${limit}. Still wanted: ${counted(wanted.gap)} for gaps, ${counted(wanted.history)} for history.`;
  return make('span', { title }, `${counted(month.calls)}${limit}`);
}

// The history of the coin that is shown: which source, which span, candles or readings.
import { FailedReply, sourceName } from './api.js';
import { openChart } from './chart.js';
import { element, fill, make } from './dom.js';
import { counted, exact, moment } from './figures.js';
import { emptiness, figure, number, numeric, table } from './parts.js';
import { loadSeries, RANGES } from './series.js';

/** @typedef {import('./series.js').Series} Series */
/** @typedef {import('./series.js').Point} Point */
/** @typedef {import('./series.js').Drawn} Drawn */

const DAY_MS = 86_400_000;
const TABLE_ROWS = 100;

/** @type {{ asset: string, all: Series[], series: Series, range: import('./series.js').Range, form: 'candles' | 'line', chart: Awaited<ReturnType<typeof openChart>> | null } | null} */
let state = null;
let asked = 0;

/**
 * @param {{ asset: string, source: string | null, coverage: Series[] }} asset
 * @param {boolean} isNew another coin than before
 */
export function showHistory({ asset, source, coverage }, isNew) {
  const [first] = coverage;
  if (first === undefined) {
    fill(element('history'), emptiness('No history yet.'));
    state = null;
    return;
  }
  const kept = isNew ? undefined : coverage.find((one) => state && nameOf(one) === nameOf(state.series));
  const series = kept ?? coverage.find((one) => one.source === source) ?? first;
  if (isNew || state === null) {
    state?.chart?.remove();
    const form = state?.form ?? 'candles';
    state = { asset, all: coverage, series, range: rangeOf(series), form, chart: null };
    layOut();
  }
  const isUnchanged = !isNew && state.series.rows === series.rows && state.series.last === series.last;
  state.all = coverage;
  state.series = series;
  if (!isUnchanged || state.chart === null) draw();
}

/** @param {Series} series */
const nameOf = ({ source, kind, period }) =>
  kind === 'spot' ? sourceName(source) : `${sourceName(source)}, ${period ?? ''} bars`;

/** The shortest span that shows something, up to a month. @param {Series} series */
function rangeOf({ first, last }) {
  const [from, to] = [Date.now() - Date.parse(first), Date.now() - Date.parse(last)];
  if (to > 30 * DAY_MS) return 'All';
  return from <= DAY_MS ? '24 h' : from <= 7 * DAY_MS ? '7 d' : '30 d';
}

function layOut() {
  fill(
    element('history'),
    make(
      'div',
      { class: 'controls' },
      make('div', {
        class: 'choice',
        role: 'group',
        'aria-label': 'Source of the chart',
        id: 'chart-series',
      }),
      make('fieldset', { class: 'choice', 'aria-label': 'Span of the chart', id: 'chart-range' }),
      make('fieldset', { class: 'choice', 'aria-label': 'Form of the chart', id: 'chart-form' }),
    ),
    make('p', { class: 'legend', id: 'chart-legend' }),
    make('div', { class: 'chart', id: 'chart', role: 'img', 'aria-label': 'Chart' }),
    make('p', { class: 'quiet', id: 'chart-note', role: 'status' }),
    make(
      'details',
      { id: 'chart-figures' },
      make('summary', {}, 'Figures of the chart'),
      make('div', { id: 'chart-table' }),
    ),
  );
}

function showChoices() {
  if (state === null) return;
  const { all, series, range, form } = state;
  const press = (/** @type {string} */ text, /** @type {boolean} */ pressed, /** @type {() => void} */ act) =>
    make(
      'button',
      {
        type: 'button',
        'aria-pressed': String(pressed),
        'data-key': `chart ${text}`,
        onclick: () => {
          act();
          draw();
        },
      },
      text,
    );
  const set = (/** @type {Partial<NonNullable<typeof state>>} */ change) => () => {
    if (state) Object.assign(state, change);
  };
  fill(
    element('chart-series'),
    ...all.map((one) => press(nameOf(one), one === series, set({ series: one, range: rangeOf(one) }))),
  );
  const ranges = /** @type {import('./series.js').Range[]} */ (Object.keys(RANGES));
  fill(element('chart-range'), ...ranges.map((one) => press(one, one === range, set({ range: one }))));
  fill(
    element('chart-form'),
    press('Candles', form === 'candles', set({ form: 'candles' })),
    press('Readings', form === 'line', set({ form: 'line' })),
  );
}

async function draw() {
  if (state === null) return;
  showChoices();
  asked += 1;
  const mine = asked;
  const { asset, series, range, form } = state;
  element('chart').setAttribute('aria-busy', 'true');
  try {
    const drawn = await loadSeries(asset, series, range, form);
    if (mine !== asked || state === null) return;
    state.chart ??= await openChart(element('chart'), showPoint);
    if (mine === asked) show(drawn, state.chart, range);
  } catch (error) {
    if (mine !== asked || state === null) return;
    state.chart?.remove();
    state.chart = null; // the next refresh tries again
    blank(error instanceof FailedReply ? error.message : 'The chart could not be drawn.');
    if (!(error instanceof FailedReply)) console.error(error);
  }
}

/**
 * @param {Drawn} drawn
 * @param {NonNullable<NonNullable<typeof state>['chart']>} chart
 * @param {import('./series.js').Range} range
 */
function show(drawn, chart, range) {
  const { points, note, interval } = drawn;
  const span = `${state?.asset} ${state && nameOf(state.series)} ${range}`;
  chart.draw(drawn, span);
  const box = element('chart');
  box.removeAttribute('aria-busy');
  const [first, last] = [points[0], points.at(-1)];
  const unit = `${interval === null ? 'reading' : `${interval} candle`}${points.length === 1 ? '' : 's'}`;
  if (first === undefined || last === undefined) return blank(`Nothing in this span. ${note}`);
  const text = `${counted(points.length)} ${unit}, ${moment(first.at)} to ${moment(last.at)} UTC. `;
  delete box.dataset.note;
  box.setAttribute('aria-label', `Chart: ${text}`);
  element('chart-note').textContent = text + note;
  showPoint(last);
  fill(element('chart-table'), pointsTable(drawn));
}

/** Says in place of a chart why there is none. @param {string} why */
function blank(why) {
  const box = element('chart');
  box.removeAttribute('aria-busy');
  box.dataset.note = why;
  box.setAttribute('aria-label', `No chart: ${why}`);
  element('chart-note').textContent = '';
  fill(element('chart-legend'), '\u00a0');
  fill(element('chart-table'), emptiness('Nothing to list.'));
}

/** What the pointer is on, else the newest. @param {Point} point */
function showPoint(point) {
  const pair = (/** @type {string} */ name, /** @type {string | null} */ text) =>
    text !== null && make('span', {}, make('i', {}, name), exact(text));
  fill(
    element('chart-legend'),
    make('span', { class: 'quiet' }, moment(point.at).slice(0, 16)),
    pair('O', point.open),
    pair('H', point.high),
    pair('L', point.low),
    make(
      'span',
      {},
      make('i', {}, point.open === null ? '' : 'C'),
      figure(point.close, point.id, { full: true }),
    ),
    point.count !== null &&
      make('span', { class: 'quiet' }, `${point.count} ${point.count === 1 ? 'reading' : 'readings'}`),
    !point.complete && make('span', { class: 'quiet' }, 'incomplete'),
  );
}

/** @param {Drawn} drawn */
function pointsTable({ interval, points }) {
  const newest = points.slice(-TABLE_ROWS).reverse();
  const isBar = newest.some((point) => point.open !== null);
  const rows = newest.map((point) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, moment(point.at)),
      ...(isBar ? [point.open, point.high, point.low].map((text) => number(exact(text))) : []),
      number(figure(point.close, point.id, { full: true })),
    ),
  );
  const bars = isBar ? ['Open', 'High', 'Low'].map(numeric) : [];
  const headings = ['UTC', ...bars, numeric(isBar ? 'Close' : 'Price, USD')];
  return table(
    interval === null ? 'Readings, newest first' : 'Candles, newest first',
    headings,
    rows,
    'points',
  );
}

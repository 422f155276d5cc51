// The history of the selected coin, as the address describes it.
import { failureOf } from '../api.js';
import { element, fill, make } from '../dom.js';
import { changeBetween, counted } from '../figures.js';
import { change, emptiness } from '../parts.js';
import { wireSearch } from '../search.js';
import { isLocal, moment, zoneName } from '../time.js';
import { BUCKET_NAMES, isOfDays } from './buckets.js';
import { openChart } from './chart.js';
import { choicesOf } from './choices.js';
import { addCompared, compareSearch, showCompared } from './compare.js';
import { showControls } from './controls.js';
import { csvOf, download } from './csv.js';
import { legend } from './legend.js';
import { pointsTable } from './points-table.js';
import { loadCandles, loadSeries } from './series.js';

/** @typedef {import('./series.js').Asset} Asset */
/** @typedef {import('./series.js').Drawn} Drawn */
/** @typedef {{ asset: string, drawn: Drawn }} Line */

/** The width of a bar and its margin. */
const BAR_PX = 3;
const COMPARED_WITH = { id: 'consolidated', name: '', source: null, external_id: null, period: null };

/** @type {Asset | null} */
let shown = null;
/** @type {Line[]} */
let lines = [];
/** @type {ReturnType<typeof openChart> | null} */
let chart = null;
let asked = 0;
/** Describes the drawn chart: while it stays the same, a refresh sends no request. */
let drawnOf = '';

/** Adds the elements of the panel. @param {HTMLElement} panel */
export function layOutHistory(panel) {
  dropChart();
  fill(
    panel,
    make('div', { class: 'controls', id: 'chart-controls' }),
    make('p', { class: 'legend', id: 'chart-legend' }),
    make('div', { class: 'chart', id: 'chart', role: 'img', 'aria-label': 'Chart' }),
    make('p', { class: 'quiet', id: 'chart-note', role: 'status' }),
    make(
      'div',
      { class: 'controls', id: 'chart-actions' },
      compareSearch(),
      make('span', { id: 'chart-compared' }),
      make('button', { type: 'button', class: 'link', onclick: downloadSeen }, 'Download as CSV'),
    ),
    make(
      'details',
      { id: 'chart-figures' },
      make('summary', {}, 'Figures of the chart'),
      make('div', { id: 'chart-table' }),
    ),
  );
  wireSearch('compare', (id) => shown !== null && addCompared(shown, id));
}

function dropChart() {
  chart?.then((one) => one.remove()).catch(() => {});
  chart = null;
  drawnOf = '';
}

/** Draws the chart that the address describes. @param {Asset} asset */
export async function showHistory(asset) {
  shown = asset;
  showControls(asset);
  showCompared(asset);
  const wanted = JSON.stringify([asset.asset, asset.coverage, choicesOf(asset), isLocal()]);
  if (wanted === drawnOf) return;
  drawnOf = wanted;
  asked += 1;
  const mine = asked;
  const { series, range, form, log, compared } = choicesOf(asset);
  const box = element('chart');
  box.setAttribute('aria-busy', 'true');
  const bars_max = Math.max(100, Math.floor(box.clientWidth / BAR_PX));
  chart ??= openChart(box, showAt);
  try {
    const wish = { form, bars_max };
    const [main, ...others] = await Promise.all([
      compared.length > 0 && series.period === null
        ? loadCandles(asset.asset, series, range, bars_max)
        : loadSeries(asset, series, range, wish),
      ...compared.map((id) => loadCompared(id, range, bars_max)),
    ]);
    const opened = await chart;
    if (mine !== asked || main === undefined) return;
    lines = [main, ...others].map((drawn, index) => ({ asset: compared[index - 1] ?? asset.asset, drawn }));
    opened.draw({ main, others, log, span: [asset.asset, series.id, range, ...compared].join(' ') });
    showWords();
  } catch (error) {
    if (mine !== asked) return;
    dropChart(); // The next refresh tries again.
    if (error instanceof TypeError) console.error(error);
    blank(error instanceof TypeError ? 'The chart could not be loaded.' : failureOf(error).message);
  }
}

/**
 * An unknown coin is a line without points, so that the others are drawn in their colours.
 * @param {string} id
 * @param {import('./series.js').Range} range
 * @param {number} bars_max
 * @returns {Promise<Drawn>}
 */
async function loadCompared(id, range, bars_max) {
  try {
    return await loadCandles(id, COMPARED_WITH, range, bars_max);
  } catch (error) {
    if (failureOf(error).code !== 'unknown_asset') throw error;
    return { form: 'line', bucket: null, points: [], notes: [`No coin has the id “${id}”.`] };
  }
}

function showWords() {
  const [line] = lines;
  const box = element('chart');
  box.removeAttribute('aria-busy');
  if (line === undefined) return;
  const { points, bucket } = line.drawn;
  const notes = new Set(lines.flatMap(({ drawn }) => drawn.notes));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return blank(['No data in this span.', ...notes].join(' '));
  const unit = `${bucket === null ? 'reading' : `${BUCKET_NAMES[bucket]} candle`}${points.length === 1 ? '' : 's'}`;
  const ends = [first.at, last.at].map((at) => (isOfDays(bucket) ? at.slice(0, 10) : moment(at)));
  const zone = isOfDays(bucket) ? 'UTC' : zoneName();
  const span = `${counted(points.length)} ${unit}, ${ends.join(' to ')} ${zone}.`;
  delete box.dataset.note;
  box.setAttribute('aria-label', `Chart: ${span}`);
  fill(
    element('chart-note'),
    [span, ...notes].join(' '),
    ...(lines.length > 1 ? [] : changeOver(first, last)),
  );
  showAt(null);
  fill(element('chart-table'), pointsTable(line.drawn));
}

/** @param {import('./buckets.js').Point} first @param {import('./buckets.js').Point} last */
function changeOver(first, last) {
  const moved = first === last ? null : changeBetween(first.open ?? first.close, last.close);
  return moved === null ? [] : [' Change: ', change(moved)];
}

/** Shows the reason instead of a chart. @param {string} why */
function blank(why) {
  const box = element('chart');
  box.removeAttribute('aria-busy');
  box.dataset.note = why;
  box.setAttribute('aria-label', `No chart: ${why}`);
  element('chart-note').textContent = '';
  fill(element('chart-legend'), '\u00a0');
  fill(element('chart-table'), emptiness('No figures.'));
}

/** @param {number | null} time */
function showAt(time) {
  fill(element('chart-legend'), ...legend(lines, time));
}

async function downloadSeen() {
  const range = (await chart)?.seen();
  const seen = lines.map(({ asset, drawn }) => ({
    asset,
    points: drawn.points.filter(({ time }) => !range || (time >= range.from && time <= range.to)),
  }));
  download(`cointape-${seen.map(({ asset }) => asset).join('-')}.csv`, csvOf(seen));
}

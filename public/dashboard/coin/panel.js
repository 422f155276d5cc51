// The history of the coin that is shown, as the address asks for it.
import { failureOf } from '../api.js';
import { element, fill, make } from '../dom.js';
import { counted } from '../figures.js';
import { emptiness } from '../parts.js';
import { wireSearch } from '../search.js';
import { isLocal, moment, zoneName } from '../time.js';
import { isOfDays } from './buckets.js';
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

/** Width of a bar and the space beside it. */
const BAR_PX = 3;
const COMPARED_WITH = { id: 'consolidated', name: '', source: null, external_id: null, period: null };

/** @type {Asset | null} */
let shown = null;
/** @type {Line[]} */
let lines = [];
/** @type {ReturnType<typeof openChart> | null} */
let chart = null;
let asked = 0;
/** What the chart was drawn of: while that stays, a refresh asks for nothing. */
let drawnOf = '';

/** Lays the panel out for a coin. @param {HTMLElement} panel */
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

/** Draws what the address asks for. @param {Asset} asset */
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
      ...compared.map((id) => loadCandles(id, COMPARED_WITH, range, bars_max)),
    ]);
    const opened = await chart;
    if (mine !== asked || main === undefined) return;
    lines = [main, ...others].map((drawn, index) => ({ asset: compared[index - 1] ?? asset.asset, drawn }));
    opened.draw({ main, others, log, span: [asset.asset, series.id, range, ...compared].join(' ') });
    showWords();
  } catch (error) {
    if (mine !== asked) return;
    dropChart(); // the next refresh tries again
    if (error instanceof TypeError) console.error(error);
    blank(error instanceof TypeError ? 'The chart could not be loaded.' : failureOf(error).message);
  }
}

function showWords() {
  const [line] = lines;
  const box = element('chart');
  box.removeAttribute('aria-busy');
  if (line === undefined) return;
  const { points, notes, bucket } = line.drawn;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return blank(['Nothing in this span.', ...notes].join(' '));
  const unit = `${bucket === null ? 'reading' : `${bucket} candle`}${points.length === 1 ? '' : 's'}`;
  const ends = [first.at, last.at].map((at) => (isOfDays(bucket) ? at.slice(0, 10) : moment(at)));
  const zone = isOfDays(bucket) ? 'UTC' : zoneName();
  const span = `${counted(points.length)} ${unit}, ${ends.join(' to ')} ${zone}.`;
  delete box.dataset.note;
  box.setAttribute('aria-label', `Chart: ${span}`);
  element('chart-note').textContent = [span, ...notes].join(' ');
  showAt(null);
  fill(element('chart-table'), pointsTable(line.drawn));
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

// The newest runs.
import { inAddress, linkTo, setAddress } from '../address.js';
import { ask, FailedReply, sourceName } from '../api.js';
import { element, fill, make } from '../dom.js';
import { counted, duration } from '../figures.js';
import { notify } from '../notices.js';
import { badge, choice, emptiness, moreOf, number, numeric, since, skeleton, table } from '../parts.js';
import { anomaliesOf } from './run-detail.js';

/** @typedef {import('../api.js').RowOf<'/runs'>} Run */

const list = { shown: 12 };
/** @type {[string, string][]} */
const VIEWS = [
  ['all', 'All'],
  ['problems', 'With problems'],
];
const viewed = () => (inAddress('runs') === 'problems' ? 'problems' : 'all');

let asked = 0;
export async function showRuns() {
  const body = element('runs-body');
  if (body.childElementCount === 0) fill(body, skeleton(list.shown));
  asked += 1;
  const mine = asked;
  const view = viewed();
  const choose = (/** @type {string} */ name) => setAddress({ runs: name === 'all' ? null : name });
  fill(element('runs-views'), choice('Which runs', VIEWS, view, choose));
  try {
    const status = view === 'problems' ? 'failed,partial' : null;
    const { data, pagination } = await ask('/runs', { limit: list.shown, status });
    if (mine !== asked) return;
    const runs = data.length === 0 ? emptiness(NOTHING[view]) : runsTable(data);
    fill(body, runs, moreOf(list, pagination, showRuns));
    body.removeAttribute('aria-busy');
    if (view === 'all') noticeAnomalies(data);
  } catch (error) {
    const first = body.querySelector('table') === null;
    if (error instanceof FailedReply && first)
      fill(
        body,
        emptiness(error.message, () => void showRuns().catch(() => {})),
      );
    throw error;
  }
}

const NOTHING = {
  all: 'No runs yet. Cron starts one for each source.',
  problems: 'No run failed or is partial.',
};

/** @param {Run[]} runs newest first */
function noticeAnomalies(runs) {
  const newest = new Map([...runs].reverse().map((run) => [run.source, run]));
  notify(
    'anomalies',
    [...newest.values()]
      .filter((run) => anomaliesOf(run).length > 0)
      .map((run) => ({
        level: /** @type {const} */ ('warn'),
        text: `${sourceName(run.source)}, newest run: ${anomaliesOf(run).join(' ')}`,
        link: { text: `Run ${run.id}`, href: linkTo('/ops', { run: String(run.id) }) },
      })),
  );
}

/** @param {Run[]} runs */
function runsTable(runs) {
  const headings = [
    'Run',
    'Source',
    'Status',
    'Started',
    ...['Duration', 'Read', 'New', 'Duplicate', 'Rejected'].map(numeric),
  ];
  return table('Runs, newest first', headings, runs.map(runRow), 'runs');
}

/** @param {Run} run */
function runRow(run) {
  const { rows } = run;
  const odd = anomaliesOf(run);
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, runButton(run.id)),
    make(
      'td',
      {},
      sourceName(run.source),
      run.trigger !== 'cron' && make('span', { class: 'quiet' }, ` ${run.trigger.replaceAll('_', ' ')}`),
    ),
    make(
      'td',
      { title: run.error?.message ?? null },
      badge(run.withdrawn_at ? 'withdrawn' : run.status),
      odd.length > 0 && make('span', { class: 'odd', title: odd.join(' ') }, ` ${odd.length} odd`),
    ),
    make('td', {}, since(run.started_at ?? run.accepted_at)),
    number(duration(run.duration_ms)),
    ...[rows.read, rows.inserted, rows.duplicate].map((count) => number(counted(count))),
    number(make('span', { class: rows.rejected ? 'warn' : '' }, counted(rows.rejected))),
  );
}

/** @param {number} id */
const runButton = (id) =>
  make(
    'button',
    {
      type: 'button',
      class: 'link',
      'data-run': String(id),
      'data-key': `run ${id}`,
      'aria-label': `Run ${id}`,
    },
    String(id),
  );

/** Follows the address, which selects the runs. */
export const followRuns = () => void showRuns().catch(() => {}); // The panel shows the failure.

// One run: its counts, its replies and its rejects.
import { ask, failureOf, sourceName } from '../api.js';
import { isWanted, showDialog } from '../dialog.js';
import { make } from '../dom.js';
import { bytes, counted, duration } from '../figures.js';
import { badge, emptiness, facts, instant, number, numeric, skeleton, table } from '../parts.js';
import { zoneName } from '../time.js';
import { comparison } from './compare.js';

/** @typedef {import('../api.js').DataOf<'/runs/{id}'>} Run */

/**
 * The anomalies of a run; none if the service does not look for them.
 * @param {{ anomalies?: { message: string }[] }} run
 * @returns {string[]}
 */
export const anomaliesOf = ({ anomalies }) => (anomalies ?? []).map(({ message }) => message);

/** @param {string} id */
export async function openRun(id) {
  const title = `Run ${id}`;
  const show = (/** @type {import('../dom.js').Child[]} */ ...parts) =>
    isWanted('run', id) && showDialog(title, ...parts);
  showDialog(title, skeleton(8));
  try {
    const { data } = await ask('/runs/{id}', {}, { params: { id } });
    show(...runParts(data), await comparison(data));
  } catch (error) {
    show(emptiness(failureOf(error).message, () => openRun(id)));
  }
}

/** @param {Run} run */
function runParts(run) {
  const odd = anomaliesOf(run);
  return [
    make(
      'p',
      {},
      badge(run.status),
      ` ${sourceName(run.source)}, ${run.trigger.replaceAll('_', ' ')}, `,
      instant(run.started_at ?? run.accepted_at),
      ` ${zoneName()}`,
    ),
    run.error && make('p', { class: 'notice bad' }, `${run.error.message} (${run.error.code})`),
    run.withdraw_reason && make('p', { class: 'notice warn' }, `Withdrawn: ${run.withdraw_reason}`),
    odd.length > 0 && make('p', { class: 'notice warn' }, odd.join(' ')),
    facts([
      ['Duration', duration(run.duration_ms)],
      ['Read', counted(run.rows.read)],
      ['New', counted(run.rows.inserted)],
      ['Duplicate', counted(run.rows.duplicate)],
      ['Rejected', counted(run.rows.rejected)],
    ]),
    make('h3', {}, 'Replies'),
    run.requests.length === 0 ? emptiness('No replies.') : requestsTable(run.requests),
    run.rejects.first.length > 0 &&
      make('h3', {}, `Rejected records, first ${run.rejects.first.length} of ${counted(run.rejects.count)}`),
    run.rejects.first.length > 0 && rejectsTable(run.rejects.first),
  ];
}

/** @param {Run['requests']} requests */
function requestsTable(requests) {
  const rows = requests.map((one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', title: one.url }, make('code', {}, one.endpoint)),
      make(
        'td',
        { class: one.error_code ? 'bad' : '' },
        one.error_code ? `${one.status} ${one.error_code}` : String(one.status),
      ),
      number(duration(one.duration_ms)),
      number(bytes(one.size_bytes)),
      make('td', {}, make('a', { href: one.raw }, make('code', {}, one.sha256.slice(0, 12)))),
    ),
  );
  return table(
    'Replies of the source',
    ['Endpoint', 'Status', numeric('Duration'), numeric('Size'), 'Bytes'],
    rows,
  );
}

/** @param {(Run['rejects']['first'][number] | import('../api.js').RowOf<'/uploads/{id}/rejects'>)[]} rejects */
export function rejectsTable(rejects) {
  const rows = rejects.map((one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, 'line' in one ? String(one.line) : make('code', {}, one.pointer)),
      make('td', {}, make('code', {}, one.code)),
      make('td', { class: 'wrap' }, one.message),
      make('td', { class: 'wrap' }, one.raw !== null && make('code', {}, one.raw)),
    ),
  );
  const place = rejects.some((one) => 'line' in one) ? 'Line' : 'Where';
  return table('Rejected records', [place, 'Code', 'Why', 'As sent'], rows, 'rejects');
}

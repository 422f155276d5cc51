// One run: its counts, its replies, what it refused.
import { ask, FailedReply, sourceName } from './api.js';
import { comparison } from './compare.js';
import { openDialog } from './dialog.js';
import { make } from './dom.js';
import { bytes, counted, duration, moment } from './figures.js';
import { badge, emptiness, facts, number, numeric, skeleton, table } from './parts.js';

/**
 * What was unusual about a run; nothing where the service does not look for it.
 * @param {{ anomalies?: { message: string }[] }} run
 * @returns {string[]}
 */
export const anomaliesOf = ({ anomalies }) => (anomalies ?? []).map(({ message }) => message);

/** @param {string} id */
export async function openRun(id) {
  openDialog(`Run ${id}`, { run: id }, skeleton(8));
  try {
    const { data } = await ask(`/runs/${encodeURIComponent(id)}`);
    openDialog(`Run ${id}`, { run: id }, ...runParts(data), await comparison(data));
  } catch (error) {
    if (!(error instanceof FailedReply)) throw error;
    openDialog(
      `Run ${id}`,
      { run: id },
      emptiness(error.message, () => openRun(id)),
    );
  }
}

/** @param {any} run */
function runParts(run) {
  const odd = anomaliesOf(run);
  return [
    make(
      'p',
      {},
      badge(run.status),
      ` ${sourceName(run.source)}, ${run.trigger.replaceAll('_', ' ')}, ${moment(run.started_at ?? run.accepted_at)} UTC`,
    ),
    run.error && make('p', { class: 'notice bad' }, `${run.error.message} (${run.error.code})`),
    run.withdraw_reason && make('p', { class: 'notice warn' }, `Withdrawn: ${run.withdraw_reason}`),
    odd.length > 0 && make('p', { class: 'notice warn' }, odd.join(' ')),
    facts([
      ['Took', duration(run.duration_ms)],
      ['Read', counted(run.rows.read)],
      ['New', counted(run.rows.inserted)],
      ['Same as before', counted(run.rows.duplicate)],
      ['Refused', counted(run.rows.rejected)],
    ]),
    make('h3', {}, 'Replies'),
    run.requests.length === 0 ? emptiness('It received none.') : requestsTable(run.requests),
    run.rejects.first.length > 0 &&
      make('h3', {}, `Refused records, first ${run.rejects.first.length} of ${counted(run.rejects.count)}`),
    run.rejects.first.length > 0 && rejectsTable(run.rejects.first),
  ];
}

/** @param {any[]} requests */
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
    ['Endpoint', 'Status', numeric('Took'), numeric('Size'), 'Bytes'],
    rows,
  );
}

/** @param {any[]} rejects */
export function rejectsTable(rejects) {
  const rows = rejects.map((one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, one.line === undefined ? make('code', {}, one.pointer) : String(one.line)),
      make('td', {}, make('code', {}, one.code)),
      make('td', { class: 'wrap' }, one.message),
      make('td', { class: 'wrap' }, one.raw !== null && make('code', {}, one.raw)),
    ),
  );
  const place = rejects[0]?.line === undefined ? 'Where' : 'Line';
  return table('Refused records', [place, 'Code', 'Why', 'As sent'], rows, 'rejects');
}

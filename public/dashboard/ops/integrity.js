// Drift and gaps.
import { ask, FailedReply, sourceName } from '../api.js';
import { element, fill, make } from '../dom.js';
import { age, counted, percent } from '../figures.js';
import { notify } from '../notices.js';
import { emptiness, instant, number, numeric, since, skeleton, table } from '../parts.js';
import { zoneName } from '../time.js';

/** @typedef {import('../api.js').RowOf<'/drift'>} Drift */
/** @typedef {import('../api.js').RowOf<'/gaps'>} Gap */

const ROWS = 20;

export async function showIntegrity() {
  const body = element('integrity-body');
  if (body.childElementCount === 0) fill(body, skeleton(4));
  try {
    const [drift, gaps] = await Promise.all([ask('/drift', { limit: ROWS }), ask('/gaps', { limit: ROWS })]);
    fill(
      body,
      make('div', {}, make('h3', {}, 'Drift'), driftTable(drift.data)),
      make('div', {}, make('h3', {}, 'Gaps'), gapsTable(gaps.data)),
    );
    notify('drift', driftNotice(drift.data));
    notify('gaps', gapNotice(gaps.data));
  } catch (error) {
    if (error instanceof FailedReply && body.querySelector('h3') === null)
      fill(
        body,
        emptiness(error.message, () => void showIntegrity().catch(() => {})),
      );
    throw error;
  }
}

/** @param {string} text */
const quiet = (text) => make('p', { class: 'quiet' }, text);

const LINK = { text: 'See drift and gaps', href: '#integrity' };

/** @param {Drift[]} drifts */
function driftNotice(drifts) {
  const broken = drifts.filter(({ breaking }) => breaking);
  if (broken.length === 0) return null;
  const fields = broken.map(({ source, field }) => `${sourceName(source)} ${field}`).join(', ');
  return {
    level: /** @type {const} */ ('warn'),
    text: `Records are rejected because fields changed: ${fields}.`,
    link: LINK,
  };
}

/** @param {Gap[]} gaps */
function gapNotice(gaps) {
  const open = [
    ...new Set(gaps.filter(({ ended_at }) => ended_at === null).map(({ source }) => sourceName(source))),
  ];
  if (open.length === 0) return null;
  return {
    level: /** @type {const} */ ('warn'),
    text: `No data is coming from ${open.join(' and ')}.`,
    link: LINK,
  };
}

/** @param {Drift[]} drifts newest first */
function driftTable(drifts) {
  if (drifts.length === 0) return quiet('No drift: every field is as before, and as its contract requires.');
  const rows = drifts.map((one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, make('code', {}, one.field)),
      make('td', {}, sourceName(one.source), ' ', make('code', {}, one.endpoint)),
      make(
        'td',
        { class: one.breaking ? 'bad' : '' },
        one.status.replaceAll('_', ' '),
        one.breaking && ', rejected',
      ),
      make('td', { class: 'wrap' }, one.was),
      make('td', { class: 'wrap' }, one.is),
      number(shareOf(one.share_of_records)),
      make('td', {}, since(one.first_seen_at)),
      make('td', { class: 'wrap' }, one.rename ? renameText(one.rename) : '–'),
      make(
        'td',
        {},
        make('a', { href: one.raw, 'aria-label': `bytes of the first reply with ${one.field}` }, 'bytes'),
      ),
    ),
  );
  const headings = [
    'Field',
    'Endpoint',
    'Change',
    'Was',
    'Is',
    numeric('Records'),
    'First seen',
    'Possible rename',
    'First reply',
  ];
  return table('Drift, newest first', headings, rows);
}

/** @param {NonNullable<Drift['rename']>} rename */
const renameText = ({ field, confidence, because }) =>
  make('span', { title: because }, make('code', {}, field), ` (${shareOf(confidence)})`);

/** A share from 0 to 1. @param {number} share */
const shareOf = (share) => percent(String(Math.round(share * 1000) / 10), 1).replace('+', '');

/** @param {Gap[]} gaps newest first */
function gapsTable(gaps) {
  if (gaps.length === 0) return quiet('No gaps.');
  const rows = gaps.map((one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, sourceName(one.source), ' ', make('code', {}, one.endpoint)),
      make('td', {}, instant(one.started_at)),
      make('td', {}, one.ended_at === null ? 'still open' : instant(one.ended_at)),
      number(age(one.duration_seconds)),
      number(counted(one.missed)),
      make('td', {}, one.cause.replaceAll('_', ' ')),
      make('td', { class: one.status === 'open' ? 'warn' : '' }, one.status.replaceAll('_', ' ')),
    ),
  );
  const numbers = ['Length', 'Replies missed'].map(numeric);
  return table(
    'Gaps, newest first',
    ['Endpoint', `From, ${zoneName()}`, `To, ${zoneName()}`, ...numbers, 'Cause', 'State'],
    rows,
  );
}

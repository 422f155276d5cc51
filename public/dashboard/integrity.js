// Where sources changed their form, and where data is missing, if the service watches for them.
import { askIfServed, FailedReply, sourceName } from './api.js';
import { element, fill, make } from './dom.js';
import { age, counted, moment, percent } from './figures.js';
import { notify } from './notices.js';
import { emptiness, number, numeric, since, table } from './parts.js';

const ROWS = 20;

export async function showIntegrity() {
  const panel = element('integrity');
  try {
    const [drift, gaps] = await Promise.all([
      askIfServed('/drift', { limit: ROWS }),
      askIfServed('/gaps', { limit: ROWS }),
    ]);
    panel.hidden = drift === null && gaps === null;
    fill(
      element('integrity-body'),
      drift && make('div', {}, make('h3', {}, 'Drift'), driftTable(drift.data)),
      gaps && make('div', {}, make('h3', {}, 'Gaps'), gapsTable(gaps.data)),
    );
    notify('drift', drift && driftNotice(drift.data));
    notify('gaps', gaps && gapNotice(gaps.data));
  } catch (error) {
    if (error instanceof FailedReply && panel.querySelector('table') === null)
      fill(element('integrity-body'), emptiness(error.message));
    throw error;
  }
}

/** @param {string} text */
const quiet = (text) => make('p', { class: 'quiet' }, text);

const LINK = { text: 'See drift and gaps', href: '#integrity' };

/** @param {any[]} drifts */
function driftNotice(drifts) {
  const broken = drifts.filter(({ breaking }) => breaking);
  if (broken.length === 0) return null;
  const fields = broken.map(({ source, field }) => `${sourceName(source)} ${field}`).join(', ');
  return {
    level: /** @type {const} */ ('warn'),
    text: `Records are refused because fields changed: ${fields}.`,
    link: LINK,
  };
}

/** @param {any[]} gaps */
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

/** @param {any[]} drifts newest first */
function driftTable(drifts) {
  if (drifts.length === 0) return quiet('Every field is what it was, and what its contract says.');
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
        one.breaking && ', refused',
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
    'Of',
    'Now',
    'Was',
    'Is',
    numeric('Records'),
    'First seen',
    'Perhaps',
    'First reply',
  ];
  return table('Drift, newest first', headings, rows);
}

/** @param {{ field: string, confidence: number, because: string }} rename */
const renameText = ({ field, confidence, because }) =>
  make('span', { title: because }, 'renamed: ', make('code', {}, field), ` (${shareOf(confidence)})`);

/** A share from 0 to 1. @param {number} share */
const shareOf = (share) => percent(String(Math.round(share * 1000) / 10), 1).replace('+', '');

/** @param {any[]} gaps newest first */
function gapsTable(gaps) {
  if (gaps.length === 0) return quiet('No span without data.');
  const rows = gaps.map((one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, sourceName(one.source), ' ', make('code', {}, one.endpoint)),
      make('td', {}, moment(one.started_at)),
      make('td', {}, one.ended_at === null ? 'it lasts' : moment(one.ended_at)),
      number(age(one.duration_seconds)),
      number(counted(one.missed)),
      make('td', {}, one.cause.replaceAll('_', ' ')),
      make('td', { class: one.status === 'open' ? 'warn' : '' }, one.status.replaceAll('_', ' ')),
    ),
  );
  const numbers = ['Length', 'Replies missed'].map(numeric);
  return table('Gaps, newest first', ['Of', 'From, UTC', 'To, UTC', ...numbers, 'Cause', 'State'], rows);
}

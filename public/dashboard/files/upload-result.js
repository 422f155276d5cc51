// The result of an upload or of a dry run.
import { ask } from '../api.js';
import { make } from '../dom.js';
import { bytes, counted } from '../figures.js';
import { rejectsTable } from '../ops/run-detail.js';
import { badge, facts, figure, instant, number, numeric, table } from '../parts.js';
import { zoneName } from '../time.js';

/** @typedef {import('./settings.js').Upload} Upload */
/** @typedef {import('./settings.js').Plan} Plan */
/** @typedef {NonNullable<Upload['preview']>} Preview */

const REJECTS = 20;

/**
 * @param {Upload} upload
 * @returns {Promise<(HTMLElement | null)[]>}
 */
export async function resultParts(upload) {
  const { rows, error, plan, preview } = upload;
  const rejects = rows.rejected > 0 ? await firstRejects(upload.id) : [];
  return [
    make('p', {}, badge(stateOf(upload)), ' ', make('strong', {}, outcomeOf(upload))),
    error && make('p', { class: 'notice bad', role: 'alert' }, `${error.message} (${error.code})`),
    plan && planFacts(upload, plan),
    ...(plan?.warnings ?? []).map((text) => make('p', { class: 'notice warn' }, text)),
    plan && plan.columns.length > 0 ? make('h3', {}, 'Columns') : null,
    plan && plan.columns.length > 0 ? columnsTable(plan.columns) : null,
    preview && preview.length > 0 ? make('h3', {}, 'First lines and their rows') : null,
    preview && preview.length > 0 ? previewTable(preview) : null,
    rejects.length > 0
      ? make('h3', {}, `Rejected, first ${rejects.length} of ${counted(rows.rejected)}`)
      : null,
    rejects.length > 0 ? rejectsTable(rejects) : null,
  ];
}

/** A dry run that succeeded has stored nothing. @param {Pick<Upload, 'status' | 'dry_run'>} upload */
export const stateOf = ({ status, dry_run }) => (dry_run && status === 'succeeded' ? 'dry run' : status);

/** @param {Upload} upload */
function outcomeOf({ status, dry_run, rows }) {
  if (status === 'failed') return 'This file cannot be used.';
  const verb = dry_run ? 'would be stored' : 'stored';
  const counts = [
    `${counted(rows.inserted)} ${rows.inserted === 1 ? 'row' : 'rows'} ${verb}`,
    `${counted(rows.duplicate)} already known`,
    `${counted(rows.rejected)} rejected`,
  ];
  return `${counts.join(', ')}.`;
}

/** @param {string} id */
async function firstRejects(id) {
  const query = { limit: REJECTS };
  return (await ask('/uploads/{id}/rejects', query, { params: { id }, token: 'upload' })).data;
}

/**
 * @param {Upload} upload
 * @param {Plan} plan
 */
function planFacts({ dialect, size_bytes }, plan) {
  const { coin } = plan;
  const name = [coin.name, coin.symbol].filter(Boolean).join(' ') || (coin.id ?? 'named in each row');
  return facts([
    ['Read as', dialect],
    ['Coin', `${name} – ${coin.how}`],
    ['Dates', plan.convention],
    ['Ignored columns', plan.ignored.join(', ') || 'none'],
    ['Size', bytes(size_bytes)],
  ]);
}

/** @param {Plan['columns']} columns */
function columnsTable(columns) {
  const rows = columns.map(({ column, role, as, example }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, column),
      make('td', {}, role === 'ignore' || as.startsWith(role) ? as : `${role}: ${as}`),
      make('td', {}, exampleOf(role, example)),
    ),
  );
  return table('How each column is read', ['Column', 'Read as', 'Example'], rows, 'columns');
}

/**
 * A cell and its value; a column that is not read has no value.
 * @param {string} role
 * @param {Plan['columns'][number]['example']} example
 */
function exampleOf(role, example) {
  if (example === null) return '';
  return role === 'ignore' ? example.text : `${example.text} → ${example.value ?? 'unknown'}`;
}

/** @param {Preview} preview */
function previewTable(preview) {
  const rows = preview.map(({ line, raw, row }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, String(line), ' ', make('code', {}, raw)),
      ...(row === null ? [make('td', { colspan: '6' }, 'rejected')] : rowCells(row)),
    ),
  );
  const numbers = ['Price, USD', 'Market cap', 'Volume 24 h'].map(numeric);
  const heads = ['Line', zoneName(), 'Coin', ...numbers, 'Flags'];
  return table('First lines of the file and their rows', heads, rows, 'preview');
}

/** @param {NonNullable<Preview[number]['row']>} row */
const rowCells = (row) => [
  make('td', {}, instant(row.created_at)),
  make('td', {}, row.asset ?? row.ticker ?? row.external_id),
  ...[row.price_usd, row.market_cap_usd, row.volume_24h_usd].map((text) =>
    number(figure(text, null, { full: true })),
  ),
  make('td', {}, row.flags.join(', ')),
];

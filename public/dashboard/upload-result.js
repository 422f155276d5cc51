// What became of a file, or would become of it.
import { ask, FailedReply } from './api.js';
import { openDialog } from './dialog.js';
import { make } from './dom.js';
import { bytes, counted, moment } from './figures.js';
import { badge, emptiness, facts, figure, number, numeric, skeleton, table } from './parts.js';
import { rejectsTable } from './run-detail.js';

const REJECTS = 20;

/** @param {string} id */
export async function openUpload(id) {
  openDialog('File', {}, skeleton(6));
  try {
    const { data } = await ask(
      `/uploads/${encodeURIComponent(id)}`,
      { decimals: 'string' },
      { token: 'upload' },
    );
    openDialog(data.filename ?? 'File', {}, ...(await resultParts(data)));
  } catch (error) {
    if (!(error instanceof FailedReply)) throw error;
    openDialog(
      'File',
      {},
      emptiness(error.message, () => openUpload(id)),
    );
  }
}

/**
 * @param {any} upload
 * @returns {Promise<(HTMLElement | null)[]>}
 */
export async function resultParts(upload) {
  const { rows, error, plan, preview } = upload;
  const rejects = rows.rejected > 0 ? await firstRejects(upload.id) : [];
  return [
    make('p', {}, badge(stateOf(upload)), ' ', make('strong', {}, outcomeOf(upload))),
    error && make('p', { class: 'notice bad', role: 'alert' }, `${error.message} (${error.code})`),
    plan && planFacts(upload, plan),
    ...(plan?.warnings ?? []).map((/** @type {string} */ text) => make('p', { class: 'notice warn' }, text)),
    plan && plan.columns.length > 0 ? make('h3', {}, 'Its columns') : null,
    plan && plan.columns.length > 0 ? columnsTable(plan.columns) : null,
    preview && preview.length > 0 ? make('h3', {}, 'First lines and their rows') : null,
    preview && preview.length > 0 ? previewTable(preview) : null,
    rejects.length > 0
      ? make('h3', {}, `Refused, first ${rejects.length} of ${counted(rows.rejected)}`)
      : null,
    rejects.length > 0 ? rejectsTable(rejects) : null,
  ];
}

/** A dry run that succeeded has stored nothing. @param {any} upload */
export const stateOf = ({ status, dry_run }) => (dry_run && status === 'succeeded' ? 'dry run' : status);

/** @param {any} upload */
function outcomeOf({ status, dry_run, rows }) {
  if (status === 'failed') return 'Nothing of it can be used.';
  const verb = dry_run ? 'would be stored' : 'stored';
  const counts = [
    `${counted(rows.inserted)} ${rows.inserted === 1 ? 'row' : 'rows'} ${verb}`,
    `${counted(rows.duplicate)} known before`,
    `${counted(rows.rejected)} refused`,
  ];
  return `${counts.join(', ')}.`;
}

/** @param {string} id */
async function firstRejects(id) {
  const query = { limit: REJECTS };
  return (await ask(`/uploads/${encodeURIComponent(id)}/rejects`, query, { token: 'upload' })).data;
}

/**
 * @param {any} upload
 * @param {any} plan
 */
function planFacts({ dialect, size_bytes }, plan) {
  const { coin } = plan;
  const name = [coin.name, coin.symbol].filter(Boolean).join(' ') || (coin.id ?? 'each row names its own');
  return facts([
    ['Dialect', dialect],
    ['Coin', `${name} – ${coin.how}`],
    ['Its dates', plan.convention],
    ['Left out', plan.ignored.join(', ') || 'nothing'],
    ['Size', bytes(size_bytes)],
  ]);
}

/** @param {any[]} columns */
function columnsTable(columns) {
  const rows = columns.map(({ column, role, as, example }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, column),
      make('td', {}, role === 'ignore' ? as : `${role}: ${as}`),
      make('td', {}, example === null ? '' : `${example.text} → ${example.value ?? 'unknown'}`),
    ),
  );
  return table('How each column is read', ['Column', 'Read as', 'Example'], rows, 'columns');
}

/** @param {any[]} preview */
function previewTable(preview) {
  const rows = preview.map(({ line, raw, row }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, String(line), ' ', make('code', {}, raw)),
      ...(row === null ? [make('td', { colspan: '6' }, 'refused')] : rowCells(row)),
    ),
  );
  const numbers = ['Price, USD', 'Market cap', 'Volume 24 h'].map(numeric);
  const heads = ['Line', 'UTC', 'Coin', ...numbers, 'Flags'];
  return table('First lines of the file and their rows', heads, rows, 'preview');
}

/** @param {any} row */
const rowCells = (row) => [
  make('td', {}, moment(row.created_at)),
  make('td', {}, row.asset ?? row.ticker ?? row.external_id),
  ...[row.price_usd, row.market_cap_usd, row.volume_24h_usd].map((text) =>
    number(figure(text, null, { full: true })),
  ),
  make('td', {}, row.flags.join(', ')),
];

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
    preview && preview.length > 0 ? make('h3', {}, 'First rows as they would be stored') : null,
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
  const coin =
    plan.coin === null
      ? 'each row names its own'
      : [plan.coin.name, plan.coin.symbol].filter(Boolean).join(' ');
  return facts([
    ['Dialect', dialect],
    ['Coin', `${coin} – ${plan.why}`],
    ['Its dates', plan.convention],
    ['Left out', plan.ignored.join(', ') || 'nothing'],
    ['Size', bytes(size_bytes)],
  ]);
}

/** @param {any[]} preview */
function previewTable(preview) {
  const rows = preview.map((row) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, moment(row.created_at)),
      make('td', {}, row.ticker ?? row.external_id),
      ...[row.price_usd, row.market_cap_usd, row.volume_24h_usd].map((text) =>
        number(figure(text, null, { full: true })),
      ),
      make('td', {}, row.flags.join(', ')),
    ),
  );
  const numbers = ['Price, USD', 'Market cap', 'Volume 24 h'].map(numeric);
  return table('First rows as they would be stored', ['UTC', 'Coin', ...numbers, 'Flags'], rows, 'preview');
}

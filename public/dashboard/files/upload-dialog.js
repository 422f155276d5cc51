// One file: its result, and the forms that withdraw it or read it again.
import { addressOf, ask, failureOf, send, tokens } from '../api.js';
import { isWanted, openInAddress, showDialog } from '../dialog.js';
import { make } from '../dom.js';
import { emptiness, skeleton } from '../parts.js';
import { tokenForm } from '../token-form.js';
import { settingsForm } from './settings.js';
import { followUpload } from './transfer.js';
import { resultParts } from './upload-result.js';

/** @typedef {import('./settings.js').Upload} Upload */

const REASON_MAX = 500;

/** @param {string} id */
export async function openUpload(id) {
  const show = (/** @type {string} */ title, /** @type {import('../dom.js').Child[]} */ ...parts) =>
    isWanted('upload', id) && showDialog(title, ...parts);
  const askToken = (/** @type {string} */ note) =>
    show(
      'File',
      tokenForm('upload', 'You need the upload token to read files.', note, () => openUpload(id)),
    );
  if (tokens.get('upload') === null) return askToken('');
  showDialog('File', skeleton(6));
  try {
    const { data } = await ask('/uploads/{id}', { decimals: 'string' }, { params: { id }, token: 'upload' });
    show(data.filename ?? 'File', ...(await resultParts(data)), ...actionsOf(data));
  } catch (error) {
    const { status, message } = failureOf(error);
    if (status === 401) tokens.set('upload', null);
    if (status === 401) askToken('That token is not the right one.');
    else
      show(
        'File',
        emptiness(message, () => openUpload(id)),
      );
  }
}

/** @param {Upload} upload */
function actionsOf(upload) {
  const { status, dry_run } = upload;
  if (dry_run || status === 'queued' || status === 'processing') return [];
  const words = make('p', { role: 'status' });
  return [readAgainForm(upload, words), status === 'succeeded' && withdrawForm(upload, words), words];
}

/**
 * @param {Upload} upload
 * @param {HTMLElement} words
 */
function readAgainForm({ id, plan, hints, error }, words) {
  const before = Object.fromEntries(
    Object.entries(hints).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  return settingsForm(plan?.columns ?? [], before, {
    button: 'Withdraw its rows and read it again',
    open: error !== null,
    faults: error?.message ?? '',
    read: (parameters) =>
      attempt(words, async () => {
        const accepted = await send(addressOf('/uploads/{id}/read-again', { id }, parameters), 'upload');
        const next = accepted.id ?? id;
        words.textContent = 'Reading it again…';
        await followUpload(next, () => {});
        openInAddress('upload', next);
      }),
  });
}

/**
 * @param {Upload} upload
 * @param {HTMLElement} words
 */
function withdrawForm({ id }, words) {
  const reason = make('input', { type: 'text', required: true, maxlength: REASON_MAX, class: 'long' });
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    attempt(words, async () => {
      await send(addressOf('/uploads/{id}/withdraw', { id }), 'upload', { reason: reason.value });
      words.textContent = 'Withdrawing its rows…';
      await followUpload(id, () => {}, 'withdrawn');
      openUpload(id);
    });
  };
  return make(
    'form',
    { class: 'controls', onsubmit: submit },
    make('label', {}, 'Why its rows are wrong ', reason),
    make('button', { type: 'submit' }, 'Withdraw its rows'),
  );
}

/**
 * @param {HTMLElement} words
 * @param {() => Promise<void>} act
 */
async function attempt(words, act) {
  try {
    await act();
  } catch (error) {
    const { message, errors } = failureOf(error);
    words.textContent = [message, ...errors.map(({ path, message }) => `${path} ${message}`)].join(' ');
  }
}

// Files: with the token, people can drop a file, see which rows it would store, correct the reading, and store them.
import { ask, failureOf, tokens } from '../api.js';
import { openInAddress } from '../dialog.js';
import { element, fill, make } from '../dom.js';
import { bytes, counted, percent } from '../figures.js';
import { badge, emptiness, moreOf, number, numeric, since, table } from '../parts.js';
import { tokenForm } from '../token-form.js';
import { columnsOf } from './head.js';
import { settingsForm } from './settings.js';
import { followUpload, sendFile } from './transfer.js';
import { resultParts, stateOf } from './upload-result.js';

/** @typedef {import('./transfer.js').Wish} Wish */
/** @typedef {import('../api.js').RowOf<'/uploads'>} Upload */

const list = { shown: 8 };

export function wireFiles() {
  if (tokens.get('upload') === null) showGate('');
  else showDesk();
}

/** @param {string} note why the form asks again */
function showGate(note) {
  const why = 'You need the upload token to send and read files.';
  fill(
    element('files-body'),
    tokenForm('upload', why, note, () => {
      showDesk();
      showFiles();
    }),
  );
}

function showDesk() {
  fill(
    element('files-body'),
    dropForm(),
    make('div', { id: 'upload-job', 'aria-live': 'polite' }),
    make('div', { id: 'upload-list' }),
  );
}

function dropForm() {
  const file = make('input', {
    type: 'file',
    id: 'upload-file',
    accept: '.csv,.txt,.gz,text/csv',
    class: 'hidden',
    onchange: () => preview(),
  });
  const zone = make(
    'label',
    { class: 'drop', for: 'upload-file' },
    make('strong', {}, 'Drop a CSV file here, or choose one'),
    make('span', { class: 'quiet' }, 'You see which rows it would store before anything is stored.'),
  );
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    preview(event.dataTransfer?.files[0]);
  });

  function preview(/** @type {File | undefined} */ dropped = file.files?.[0]) {
    if (dropped) run({ file: dropped, dry_run: true, parameters: {} });
    file.value = ''; // so that the same file can be chosen again
  }
  const forget = make('button', { type: 'button', class: 'link', onclick: forgetToken }, 'Forget the token');
  return make('div', {}, file, zone, make('div', { class: 'controls' }, forget));
}

function forgetToken() {
  tokens.set('upload', null);
  showGate('');
}

/** Sends the file, follows its progress and shows the result. @param {Wish} wish */
async function run(wish) {
  const job = element('upload-job');
  const bar = make('progress', { max: 1, value: 0, 'aria-label': `Sending ${wish.file.name}` });
  const words = make('p', { class: 'quiet' }, '');
  fill(job, make('p', {}, make('strong', {}, wish.file.name), ` ${bytes(wish.file.size)}`), bar, words);
  const tell = (/** @type {string} */ step, /** @type {number} */ share) => {
    bar.value = share;
    const text = `${step} ${percent(String(Math.floor(share * 100)), 0).replace('+', '')}`;
    if (words.textContent !== text) words.textContent = text;
  };
  try {
    tell('Sending', 0);
    const id = await sendFile(wish, (share) => tell('Sending', share));
    const upload = await followUpload(id, ({ done_bytes, size_bytes }) =>
      tell(wish.dry_run ? 'Reading' : 'Storing', size_bytes > 0 ? done_bytes / size_bytes : 0),
    );
    fill(job, ...(await resultParts(upload)), ...(wish.dry_run ? await nextSteps(wish, upload) : []));
    /** @type {HTMLElement | null} */ (job.querySelector('.primary'))?.focus();
    await showFiles();
  } catch (error) {
    const { status, message, errors } = failureOf(error);
    if (status === 401) return reject401();
    const faults = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    const again = make('div', {}, wish.dry_run && (await settings(wish, null, faults)));
    fill(job, make('p', { class: 'notice bad', role: 'alert' }, `${message} ${faults}`), again);
  }
}

/**
 * After a dry run: correct the reading, or store the rows.
 * @param {Wish} wish
 * @param {import('./settings.js').Upload} upload
 */
async function nextSteps(wish, upload) {
  const store = () => run({ ...wish, dry_run: false });
  return [
    await settings(wish, upload.plan, upload.error?.message ?? ''),
    upload.rows.inserted > 0 &&
      make('button', { type: 'button', class: 'primary', onclick: store }, 'Store these rows'),
  ];
}

/**
 * @param {Wish} wish
 * @param {import('./settings.js').Upload['plan']} plan
 * @param {string} faults
 */
async function settings(wish, plan, faults) {
  const planned = plan?.columns ?? [];
  const columns = planned.length > 0 ? planned : await columnsOf(wish.file, wish.parameters);
  return settingsForm(columns, wish.parameters, {
    button: 'Show what it would store now',
    open: faults !== '',
    faults,
    read: (parameters) => run({ ...wish, parameters }),
  });
}

function reject401() {
  tokens.set('upload', null);
  showGate('That token is not the right one.');
}

export async function showFiles() {
  if (tokens.get('upload') === null) return;
  try {
    const { data, pagination } = await ask('/uploads', { limit: list.shown }, { token: 'upload' });
    const files = data.length === 0 ? emptiness('No files yet.') : uploadsTable(data);
    fill(element('upload-list'), files, moreOf(list, pagination, showFiles));
  } catch (error) {
    const { status, message } = failureOf(error);
    if (status === 401) reject401();
    else
      fill(
        element('upload-list'),
        emptiness(message, () => void showFiles()),
      );
  }
}

/** @param {Upload[]} uploads */
function uploadsTable(uploads) {
  const rows = uploads.map((upload) =>
    make(
      'tr',
      {},
      make(
        'th',
        { scope: 'row' },
        make(
          'button',
          {
            type: 'button',
            class: 'link',
            'data-key': upload.id,
            onclick: () => openInAddress('upload', upload.id),
          },
          upload.filename ?? 'unnamed file',
        ),
      ),
      make('td', {}, badge(stateOf(upload))),
      make('td', {}, since(upload.accepted_at)),
      ...[upload.rows.read, upload.rows.inserted].map((count) => number(counted(count))),
      number(make('span', { class: upload.rows.rejected ? 'warn' : '' }, counted(upload.rows.rejected))),
    ),
  );
  const headings = ['File', 'Status', 'Sent', ...['Read', 'New', 'Rejected'].map(numeric)];
  return table('Files, newest first', headings, rows, 'files');
}

// Files: who holds the token may drop one, see what it would store, and store it.
import { ask, FailedReply, tokens } from './api.js';
import { element, fill, make } from './dom.js';
import { bytes, counted, percent } from './figures.js';
import { badge, emptiness, number, numeric, since, table } from './parts.js';
import { followUpload, sendFile } from './transfer.js';
import { openUpload, resultParts, stateOf } from './upload-result.js';

const ROWS = 6;

export function wireUploads() {
  if (tokens.get('upload') === null) showGate('');
  else showDesk();
}

/** @param {string} note why it is asked for again */
function showGate(note) {
  const token = make('input', { type: 'password', id: 'upload-token', autocomplete: 'off', required: true });
  const enter = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    tokens.set('upload', token.value.trim());
    showDesk();
  };
  fill(
    element('uploads-body'),
    make(
      'form',
      { class: 'gate', id: 'upload-gate', onsubmit: enter },
      make('p', {}, 'Sending and reading files takes the upload token.'),
      make('label', {}, 'Upload token ', token),
      make('button', { type: 'submit' }, 'Unlock'),
      make('p', { class: 'quiet', role: 'status' }, note || 'It is kept in this tab only.'),
    ),
  );
}

async function showDesk() {
  fill(
    element('uploads-body'),
    dropForm(),
    make('div', { id: 'upload-job', 'aria-live': 'polite' }),
    make('div', { id: 'upload-list' }),
  );
  await showList();
}

function dropForm() {
  const file = make('input', {
    type: 'file',
    id: 'upload-file',
    accept: '.csv,.txt,.gz,text/csv',
    class: 'hidden',
    onchange: () => preview(),
  });
  const symbol = make('input', {
    type: 'text',
    id: 'upload-symbol',
    placeholder: 'as the file says',
    maxlength: 100,
    autocomplete: 'off',
  });
  const dialect = make('input', {
    type: 'text',
    id: 'upload-dialect',
    placeholder: 'by its header',
    maxlength: 100,
    autocomplete: 'off',
  });
  const zone = make(
    'label',
    { class: 'drop', for: 'upload-file' },
    make('strong', {}, 'Drop a CSV file here, or choose one'),
    make('span', { class: 'quiet' }, 'Nothing is stored before you have seen what would be.'),
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
    if (dropped)
      run({ file: dropped, dry_run: true, symbol: symbol.value.trim(), dialect: dialect.value.trim() });
    file.value = ''; // so that the same file can be chosen again
  }
  return make(
    'div',
    {},
    file,
    zone,
    make(
      'div',
      { class: 'controls' },
      make('label', {}, 'Symbol ', symbol),
      make('label', {}, 'Dialect ', dialect),
      make('button', { type: 'button', class: 'link', onclick: forget }, 'Forget the token'),
    ),
  );
}

function forget() {
  tokens.set('upload', null);
  showGate('');
}

/** Sends, follows, and shows what came of it. @param {import('./transfer.js').Wish} wish */
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
    const store = make(
      'button',
      { type: 'button', class: 'primary', onclick: () => run({ ...wish, dry_run: false }) },
      'Store these rows',
    );
    fill(job, ...(await resultParts(upload)), wish.dry_run && upload.rows.inserted > 0 && store);
    if (wish.dry_run && upload.rows.inserted > 0) store.focus();
    await showList();
  } catch (error) {
    if (!(error instanceof FailedReply)) throw error;
    if (error.status === 401) return reject401();
    const faults = error.errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    fill(job, make('p', { class: 'notice bad', role: 'alert' }, `${error.message} ${faults}`));
  }
}

function reject401() {
  tokens.set('upload', null);
  showGate('That token is not the right one.');
}

async function showList() {
  try {
    const { data } = await ask('/uploads', { limit: ROWS }, { token: 'upload' });
    fill(element('upload-list'), data.length === 0 ? emptiness('No file yet.') : uploadsTable(data));
  } catch (error) {
    if (!(error instanceof FailedReply)) throw error;
    if (error.status === 401) reject401();
    else fill(element('upload-list'), emptiness(error.message, showList));
  }
}

/** @param {any[]} uploads */
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
          { type: 'button', class: 'link', 'data-key': upload.id, onclick: () => openUpload(upload.id) },
          upload.filename ?? 'without a name',
        ),
      ),
      make('td', {}, badge(stateOf(upload))),
      make('td', {}, since(upload.accepted_at)),
      ...[upload.rows.read, upload.rows.inserted].map((count) => number(counted(count))),
      number(make('span', { class: upload.rows.rejected ? 'warn' : '' }, counted(upload.rows.rejected))),
    ),
  );
  const headings = ['File', 'Status', 'Sent', ...['Read', 'New', 'Refused'].map(numeric)];
  return table('Files, newest first', headings, rows, 'files');
}

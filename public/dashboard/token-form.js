// Asks for a token and keeps it in this tab only.
import { tokens } from './api.js';
import { make } from './dom.js';

/** @typedef {import('./api.js').TokenName} TokenName */

/** Whether the service runs on this machine: `npm start` sets every token to the same word. */
const isHere = () => ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);

/**
 * @param {TokenName} name
 * @param {string} why
 * @param {string} note why the form asks again
 * @param {() => void} entered
 */
export function tokenForm(name, why, note, entered) {
  const id = `${name}-token`;
  const token = make('input', { type: 'password', id, autocomplete: 'off', required: true });
  const enter = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    tokens.set(name, token.value.trim());
    entered();
  };
  const local = isHere() ? ' Under npm start the token is “dev”.' : '';
  return make(
    'form',
    { class: 'gate', onsubmit: enter },
    make('p', {}, why, local),
    make('label', {}, LABELS[name], ' ', token),
    make('button', { type: 'submit' }, 'Unlock'),
    make('p', { class: 'quiet', role: 'status' }, note || 'The page keeps the token in this tab only.'),
  );
}

/** @type {Record<TokenName, string>} */
const LABELS = { read: 'Read token', upload: 'Upload token', scheduler: 'Operator token' };

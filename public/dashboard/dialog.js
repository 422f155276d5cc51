// The one dialog: a proof, a run, a file. The address names what it shows, so Back closes it and a link opens it.
import { inAddress, setAddress } from './address.js';
import { element, fill } from './dom.js';

/** @typedef {import('./dom.js').Child} Child */

/** Names in the address that a dialog belongs to. */
const NAMES = /** @type {const} */ (['proof', 'run', 'upload']);
/** @typedef {typeof NAMES[number]} DialogName */

const CLOSED = { proof: null, run: null, upload: null };

const dialog = () => /** @type {HTMLDialogElement} */ (element('dialog'));

/**
 * Opens through the address.
 * @param {DialogName} name
 * @param {string} id
 */
export const openInAddress = (name, id) => setAddress({ ...CLOSED, [name]: id });

/** Whether the address still names it: what was asked for may come late. @param {DialogName} name @param {string} id */
export const isWanted = (name, id) => inAddress(name) === id;

/**
 * @param {string} title
 * @param {Child[]} content
 */
export function showDialog(title, ...content) {
  element('dialog-title').textContent = title;
  fill(element('dialog-body'), ...content);
  if (dialog().open) return;
  dialog().showModal();
  element('dialog-title').focus();
}

/**
 * Shows what the address names, or nothing.
 * @param {Record<DialogName, (id: string) => void>} openers
 */
export function followDialog(openers) {
  const name = NAMES.find((one) => inAddress(one) !== null);
  const id = name && inAddress(name);
  if (name && id) openers[name](id);
  else if (dialog().open) dialog().close();
}

export function wireDialog() {
  element('dialog-close').addEventListener('click', () => dialog().close());
  dialog().addEventListener('close', () => setAddress(CLOSED));
  // A click beside it closes it.
  dialog().addEventListener('click', (event) => {
    if (event.target === dialog()) dialog().close();
  });
}

// The dialog of a proof, a run or a file. The address names its content, so Back closes it and a link opens it.
import { inAddress, setAddress } from './address.js';
import { element, fill } from './dom.js';

/** @typedef {import('./dom.js').Child} Child */

/** Parameters of the address that open a dialog. */
const NAMES = /** @type {const} */ (['proof', 'run', 'upload']);
/** @typedef {typeof NAMES[number]} DialogName */

const CLOSED = { proof: null, run: null, upload: null };

const dialog = () => /** @type {HTMLDialogElement} */ (element('dialog'));

/**
 * Opens a dialog by changing the address.
 * @param {DialogName} name
 * @param {string} id
 */
export const openInAddress = (name, id) => setAddress({ ...CLOSED, [name]: id });

/** Whether the address still names this content: a reply may come late. @param {DialogName} name @param {string} id */
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
 * Opens the dialog that the address names, or closes it.
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
  // A click outside of the dialog closes it.
  dialog().addEventListener('click', (event) => {
    if (event.target === dialog()) dialog().close();
  });
}

// The one dialog: a proof, a run, a file. What it shows is in the address, so that it can be sent to somebody.
import { element, fill } from './dom.js';

/** @typedef {import('./dom.js').Child} Child */

const dialog = () => /** @type {HTMLDialogElement} */ (element('dialog'));

/**
 * @param {string} title
 * @param {Record<string, string>} address
 * @param {Child[]} content
 */
export function openDialog(title, address, ...content) {
  element('dialog-title').textContent = title;
  fill(element('dialog-body'), ...content);
  setAddress(address);
  if (dialog().open) return;
  dialog().showModal();
  element('dialog-title').focus();
}

export function wireDialog() {
  element('dialog-close').addEventListener('click', () => dialog().close());
  dialog().addEventListener('close', () => setAddress({}));
  // A click beside it closes it.
  dialog().addEventListener('click', (event) => {
    if (event.target === dialog()) dialog().close();
  });
}

/** @param {Record<string, string>} address */
function setAddress(address) {
  const all = new URLSearchParams(location.search);
  for (const name of ['proof', 'run', 'upload']) all.delete(name);
  for (const [name, value] of Object.entries(address)) all.set(name, value);
  history.replaceState(null, '', all.size > 0 ? `?${all}` : location.pathname);
}

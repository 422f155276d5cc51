// Notices that a reader must know before trusting the numbers. The owner of a notice also removes it.
import { element, fill, make } from './dom.js';

/** @typedef {{ level: 'info' | 'warn' | 'bad', text: string, link?: { text: string, href: string } | undefined }} Notice */

/** @type {Map<string, Notice[]>} */
const notices = new Map();
const ORDER = { bad: 0, warn: 1, info: 2 };
let shown = '';

/**
 * @param {string} owner
 * @param {Notice | Notice[] | false | null} current
 */
export function notify(owner, current) {
  notices.set(owner, current ? [current].flat() : []);
}

/** Shows the notices, the worst first. Unchanged notices stay in place: a screen reader would read new ones again. */
export function showNotices() {
  const all = [...notices.values()].flat().sort((a, b) => ORDER[a.level] - ORDER[b.level]);
  const text = JSON.stringify(all);
  if (text === shown) return;
  shown = text;
  fill(element('notices'), ...all.map(noticeLine));
}

/** @param {Notice} notice */
function noticeLine({ level, text, link }) {
  const more = link && make('a', { href: link.href }, link.text);
  return make(
    'p',
    { class: `notice ${level}`, role: level === 'bad' ? 'alert' : 'status' },
    text,
    more && ' ',
    more,
  );
}

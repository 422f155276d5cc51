// The dashboard: a loop that refreshes the panels, and the actions of the reader in between.
import { followAddress, inAddress, linkTo, setAddress } from './address.js';
import { authorization, FailedReply, learnSources, tokens } from './api.js';
import * as coinPage from './coin/page.js';
import { followDialog, openInAddress, wireDialog } from './dialog.js';
import { element, input } from './dom.js';
import { wireExactTexts } from './exact.js';
import { clockText } from './figures.js';
import { notify, showNotices } from './notices.js';
import { tickAges } from './parts.js';
import { wireSearch } from './search.js';
import { timeZone, wireTimes, zoneName } from './time.js';

const REFRESH_MS = 30_000;
const TICK_MS = 5_000;

/**
 * A page of the dashboard. The loop refreshes its `panels`, and each shows its own failure. A change of the address
 * calls `follow`.
 * @typedef {object} View
 * @property {(() => Promise<void>)[]} panels
 * @property {() => void} follow
 */

const isOps = location.pathname === '/ops';
element(isOps ? 'ops-view' : 'coin-view').hidden = false;
const { openView } = isOps ? await import('./ops/page.js') : coinPage;
const view = openView();

let refreshing = false;
async function refresh() {
  if (refreshing) return;
  refreshing = true;
  // The request for the names of sources may fail: the panels show their own failures.
  const [results] = await Promise.all([
    Promise.allSettled(view.panels.map((show) => show())),
    learnSources().catch(() => {}),
  ]);
  refreshing = false;
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const failure of failures) if (!(failure instanceof FailedReply)) console.error(failure);
  showGate(failures.some((failure) => failure instanceof FailedReply && failure.status === 401));
  showReachability(failures);
  showNotices();
}

let answered_at = new Date();

/** @param {unknown[]} failures */
function showReachability(failures) {
  const unreachable = failures.some((failure) => failure instanceof FailedReply && failure.status === 0);
  if (!unreachable) answered_at = new Date();
  const at = clockText(answered_at.toISOString(), timeZone()).slice(11);
  notify(
    'reach',
    unreachable && {
      level: 'bad',
      text: `The service cannot be reached. This page shows its answers of ${at} ${zoneName()}.`,
    },
  );
}

/** @param {boolean} closed */
function showGate(closed) {
  const gate = element('read-gate');
  if (closed && !gate.hidden && authorization('read').Authorization)
    element('read-gate-note').textContent = 'That token is not the right one.';
  if (closed) tokens.set('read', null);
  const appears = closed && gate.hidden;
  gate.hidden = !closed;
  element('main').classList.toggle('gated', closed);
  if (appears) element('read-token').focus();
}

element('read-gate').addEventListener('submit', (event) => {
  event.preventDefault();
  tokens.set('read', input('read-token').value.trim());
  refresh();
});

/** The modules of a dialog are loaded when it opens. */
const DIALOGS = {
  proof: async (/** @type {string} */ id) => (await import('./proof.js')).openProof(id),
  run: async (/** @type {string} */ id) => (await import('./ops/run-detail.js')).openRun(id),
  upload: async (/** @type {string} */ id) => (await import('./files/upload-dialog.js')).openUpload(id),
};

function showAddress() {
  view.follow();
  followDialog(DIALOGS);
}

/** @param {string} asset */
function choose(asset) {
  if (isOps) location.assign(linkTo('/', { asset }));
  else setAddress({ asset, series: null, range: null, compare: null });
  scrollTo(0, 0);
}

document.addEventListener('click', (event) => {
  const target = /** @type {Element} */ (event.target).closest('[data-proof], [data-asset], [data-run]');
  if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault(); // Some of these are links, so that people can open them in a new tab.
  const { proof, asset, run } = target.dataset;
  if (proof) openInAddress('proof', proof);
  else if (run) openInAddress('run', run);
  else if (asset && asset !== inAddress('asset')) choose(asset);
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});

wireDialog();
wireExactTexts();
wireSearch('search', choose);
wireTimes(element('times'), () => {
  dispatchEvent(new Event('timeschange'));
  refresh();
});
followAddress(showAddress);
refresh();
followDialog(DIALOGS);
setInterval(() => {
  if (!document.hidden) refresh();
}, REFRESH_MS);
setInterval(tickAges, TICK_MS);

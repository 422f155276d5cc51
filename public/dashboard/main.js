// The dashboard: one loop that asks, and what a person does in between.
import { authorization, FailedReply, learnSources, tokens } from './api.js';
import { wireDialog } from './dialog.js';
import { element } from './dom.js';
import { showChosen, showInstrument } from './instrument.js';
import { showIntegrity } from './integrity.js';
import { showMarket, wireMarket } from './market.js';
import { notify, showNotices } from './notices.js';
import { tickAges } from './parts.js';
import { openProof } from './proof.js';
import { openRun } from './run-detail.js';
import { showRuns, wireRuns } from './runs.js';
import { wireSearch } from './search.js';
import { showSources } from './sources.js';
import { wireUploads } from './uploads.js';

const REFRESH_MS = 30_000;
const TICK_MS = 5_000;

/** Panels that the loop keeps fresh. Each shows its own failure; a refusal for want of a token is ours. */
const PANELS = [showSources, showInstrument, showMarket, showRuns, showIntegrity];

let refreshing = false;
async function refresh() {
  if (refreshing) return;
  refreshing = true;
  await learnSources().catch(() => {}); // names only; the panels say what does not answer
  const results = await Promise.allSettled(PANELS.map((show) => show()));
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
  notify(
    'reach',
    unreachable && {
      level: 'bad',
      text: `The service cannot be reached. What is shown was so at ${answered_at.toISOString().slice(11, 19)} UTC.`,
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
  tokens.set('read', /** @type {HTMLInputElement} */ (element('read-token')).value.trim());
  refresh();
});

/** What the address names: a coin, and what is open above the page. */
function followAddress() {
  const address = new URLSearchParams(location.search);
  showChosen(address.get('asset'));
  const [proof, run] = [address.get('proof'), address.get('run')];
  if (proof) openProof(proof);
  else if (run) openRun(run);
}

/** @param {string} asset */
function choose(asset) {
  const address = new URLSearchParams({ asset });
  history.pushState(null, '', `?${address}`);
  showChosen(asset);
}

document.addEventListener('click', (event) => {
  const target = /** @type {Element} */ (event.target).closest('[data-proof], [data-asset], [data-run]');
  if (!(target instanceof HTMLElement)) return;
  const { proof, asset, run } = target.dataset;
  if (proof) openProof(proof);
  else if (run) openRun(run);
  else if (asset) choose(asset);
});
addEventListener('popstate', followAddress);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});

wireDialog();
wireSearch(choose);
wireMarket();
wireRuns();
wireUploads();
await learnSources().catch(() => {});
followAddress();
refresh();
setInterval(() => {
  if (!document.hidden) refresh();
}, REFRESH_MS);
setInterval(tickAges, TICK_MS);

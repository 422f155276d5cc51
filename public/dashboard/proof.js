// From a number to the bytes it came from, recomputed by the service at this moment.
import { ask, FailedReply, sourceName } from './api.js';
import { openDialog } from './dialog.js';
import { make } from './dom.js';
import { bytes, counted, exact, moment } from './figures.js';
import { emptiness, facts, figure, number, numeric, skeleton, table } from './parts.js';

/** @param {string} id */
export async function openProof(id) {
  openDialog('Proof', { proof: id }, skeleton(8));
  try {
    const path = `/observations/${encodeURIComponent(id)}/proof`;
    const { data, meta } = await ask(path, { decimals: 'string' });
    openDialog('Proof', { proof: id }, ...proofParts(data, meta.warnings ?? [], path));
  } catch (error) {
    if (!(error instanceof FailedReply)) throw error;
    openDialog(
      'Proof',
      { proof: id },
      emptiness(error.message, () => openProof(id)),
    );
  }
}

/**
 * @param {any} proof
 * @param {string[]} warnings
 * @param {string} path
 */
function proofParts(proof, warnings, path) {
  const { observation, values, record, superseded } = proof;
  return [
    make(
      'p',
      { class: 'headline' },
      make('span', { class: 'figure' }, exact(observation.price_usd)),
      make('span', { class: 'quiet' }, 'USD'),
    ),
    make(
      'p',
      {},
      make('strong', {}, observation.name ?? observation.external_id),
      ` ${observation.ticker ?? ''}, said ${sourceName(observation.source)} for ${moment(observation.created_at)} UTC.`,
      observation.flags.length > 0 && ` Flags: ${observation.flags.join(', ')}.`,
    ),
    verdict(proof),
    superseded && supersession(superseded),
    values && valuesTable(values),
    make('h3', {}, 'Where it comes from'),
    origin(proof),
    make('h3', {}, 'The record, exactly as it was sent'),
    record === null
      ? make('p', { class: 'quiet' }, warnings.join(' ') || 'It is not shown here.')
      : make('pre', { tabindex: 0, 'aria-label': 'The record' }, record),
    make(
      'p',
      { class: 'quiet' },
      make('a', { href: path }, 'This proof as JSON'),
      ' · ',
      make('a', { href: `/observations/${encodeURIComponent(observation.id)}` }, 'All revisions'),
    ),
  ];
}

/** @param {any} proof */
function verdict({ matches, problem, bytes: stored }) {
  const reason = problem ?? stored.problem;
  const text = matches
    ? 'The stored bytes have their hash, and every value read from them again is the one served.'
    : (reason?.message ?? 'A value read from the bytes again differs from the one served.');
  return make(
    'p',
    { class: 'verdict' },
    make('strong', { class: matches ? 'ok' : 'bad' }, matches ? '✓ Proven. ' : '✕ Not proven. '),
    text,
  );
}

/** @param {any} superseded */
function supersession({ at, reason, by, withdraw_reason }) {
  const next =
    by && make('button', { type: 'button', class: 'link', 'data-proof': by }, 'what took its place');
  const why = withdraw_reason ? `: ${withdraw_reason}` : '';
  return make(
    'p',
    { class: 'notice warn' },
    `No longer current since ${moment(at)} UTC, ${reason}${why}. `,
    next && 'See ',
    next,
  );
}

/** @param {Record<string, { served: any, recomputed: any, matches: boolean }>} values */
function valuesTable(values) {
  const rows = Object.entries(values)
    .filter(([, { served, recomputed }]) => served !== null || recomputed !== null)
    .map(([name, { served, recomputed, matches }]) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, make('code', {}, name)),
        number(shown(served)),
        number(shown(recomputed)),
        make('td', { class: matches ? 'ok' : 'bad' }, matches ? '✓ equal' : '✕ differs'),
      ),
    );
  return table(
    'Served and recomputed',
    ['Value', numeric('Served'), numeric('Recomputed'), 'Verdict'],
    rows,
    'values',
  );
}

/** @param {any} value */
function shown(value) {
  if (value === null) return '–';
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return /^-?\d+(\.\d+)?$/.test(value) ? figure(value, null, { full: true }) : String(value);
}

/** @param {any} proof */
function origin({ source, request, run, bytes: stored, pointer, normalizer_version }) {
  const raw = make('a', { href: stored.raw }, make('code', { class: 'hash' }, stored.sha256));
  return facts([
    ['Source', sourceName(source)],
    ['Asked', make('code', {}, request.url ?? request.endpoint)],
    ['Fetched', `${moment(request.fetched_at)} UTC, status ${request.status}`],
    ['Bytes', make('span', {}, `${counted(stored.size_bytes)} (${bytes(stored.size_bytes)}), sha256 `, raw)],
    ['Record', make('code', {}, pointer)],
    [
      'Run',
      make(
        'button',
        { type: 'button', class: 'link', 'data-run': String(run.id) },
        `${run.id}, ${run.trigger}`,
      ),
    ],
    ['Read by', `normalizer ${normalizer_version.stored}, recomputed by ${normalizer_version.current}`],
  ]);
}

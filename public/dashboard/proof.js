// From a number to the bytes it came from, recomputed by the service at this moment.
import { addressOf, ask, failureOf, sourceName } from './api.js';
import { isWanted, showDialog } from './dialog.js';
import { make } from './dom.js';
import { bytes, counted, exact } from './figures.js';
import { emptiness, facts, figure, instant, number, numeric, skeleton, table } from './parts.js';
import { zoneName } from './time.js';

/** @typedef {import('./api.js').DataOf<'/observations/{id}/proof'>} Proof */

const ROUTE = '/observations/{id}/proof';

/** @param {string} id */
export async function openProof(id) {
  showDialog('Proof', skeleton(8));
  try {
    const { data, meta } = await ask(ROUTE, { decimals: 'string' }, { params: { id } });
    if (isWanted('proof', id)) showDialog('Proof', ...proofParts(data, meta.warnings ?? []));
  } catch (error) {
    const { status, message } = failureOf(error);
    const parts = isUnknown(status) ? waysOn(id) : [emptiness(message, () => openProof(id))];
    if (isWanted('proof', id)) showDialog('Proof', ...parts);
  }
}

/** @param {number} status */
const isUnknown = (status) => status === 404 || status === 400;

/** Links for a reader whose id names no observation. @param {string} id */
function waysOn(id) {
  const coin = /^[^_]+_([^_]+)_/.exec(id)?.[1];
  const search = coin && coin !== '-' ? addressOf('/', {}, { q: coin }) : '/';
  return [
    make('p', {}, `No number has the id “${id}”. It may be cut off, or retention has deleted it.`),
    make(
      'p',
      {},
      'You can ',
      make('a', { href: `${search}#coins` }, 'look for its coin'),
      ', or go to ',
      make('a', { href: '/' }, 'the newest prices'),
      ' and click one: its proof opens.',
    ),
  ];
}

/**
 * @param {Proof} proof
 * @param {string[]} warnings
 */
function proofParts(proof, warnings) {
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
      ` ${observation.ticker ?? ''}, from ${sourceName(observation.source)} for `,
      instant(observation.created_at),
      ` ${zoneName()}.`,
      observation.flags.length > 0 && ` Flags: ${observation.flags.join(', ')}.`,
    ),
    verdict(proof),
    superseded && supersession(superseded),
    values && valuesTable(values),
    make('h3', {}, 'Where it comes from'),
    origin(proof),
    make('h3', {}, 'The record, exactly as the source sent it'),
    record === null
      ? make('p', { class: 'quiet' }, warnings.join(' ') || 'The record is not shown here.')
      : make('pre', { tabindex: 0, 'aria-label': 'The record' }, record),
    make(
      'p',
      { class: 'quiet' },
      make('a', { href: addressOf(ROUTE, { id: observation.id }) }, 'This proof as JSON'),
      ' · ',
      make('a', { href: addressOf('/observations/{id}', { id: observation.id }) }, 'All revisions'),
    ),
  ];
}

/** @param {Proof} proof */
function verdict({ matches, problem, bytes: stored }) {
  const reason = problem ?? stored.problem;
  const text = matches
    ? 'The stored bytes match their hash, and each value read from them again equals the served value.'
    : (reason?.message ?? 'A value read from the bytes again differs from the served value.');
  return make(
    'p',
    { class: 'verdict' },
    make('strong', { class: matches ? 'ok' : 'bad' }, matches ? '✓ Proven. ' : '✕ Not proven. '),
    text,
  );
}

/** @param {NonNullable<Proof['superseded']>} superseded */
function supersession({ at, reason, by, withdraw_reason }) {
  const next =
    by && make('button', { type: 'button', class: 'link', 'data-proof': by }, 'the row that replaced it');
  const why = withdraw_reason ? `: ${withdraw_reason}` : '';
  return make(
    'p',
    { class: 'notice warn' },
    'No longer current since ',
    instant(at),
    ` ${zoneName()}, ${reason}${why}. `,
    next && 'See ',
    next,
  );
}

/** @param {NonNullable<Proof['values']>} values */
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

/** @param {unknown} value */
function shown(value) {
  if (value === null) return '–';
  if (Array.isArray(value)) return value.join(', ') || 'none';
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text) ? figure(text, null, { full: true }) : text;
}

/** @param {Proof} proof */
function origin({ source, request, run, bytes: stored, pointer, normalizer_version }) {
  const raw = make('a', { href: stored.raw }, make('code', { class: 'hash' }, stored.sha256));
  return facts([
    ['Source', sourceName(source)],
    ['Request', make('code', {}, request.url ?? request.endpoint)],
    ['Fetched', make('span', {}, instant(request.fetched_at), ` ${zoneName()}, status ${request.status}`)],
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

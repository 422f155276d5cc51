// The comparison of a run with the previous run of its source.
import { ask, failureOf } from '../api.js';
import { fill, make } from '../dom.js';
import { counted, duration, percent } from '../figures.js';
import { emptiness, facts, figure, number, numeric, table } from '../parts.js';

/** @typedef {import('../api.js').DataOf<'/runs/compare'>} Compared */
/** @typedef {Compared['endpoints'][number]} ComparedEndpoint */

/**
 * A closed part that loads when it opens, because the service has to read the bytes of both runs. Null if there is
 * nothing to compare.
 * @param {{ id: number, source: string }} run
 */
export async function comparison(run) {
  if (run.source === 'csv') return null;
  const { data } = await ask('/runs', { source: run.source, status: 'succeeded,partial', limit: 100 });
  const before = data.find(({ id }) => id < run.id);
  if (before === undefined) return null;
  const content = make('div', {}, emptiness('Comparing…'));
  const box = make('details', {}, make('summary', {}, `Compared with run ${before.id}`), content);
  box.addEventListener('toggle', () => fillComparison(content, before.id, run.id), { once: true });
  return box;
}

/**
 * @param {HTMLElement} content
 * @param {number} a
 * @param {number} b
 */
async function fillComparison(content, a, b) {
  try {
    const { data } = await ask('/runs/compare', { a, b, decimals: 'string' });
    fill(content, ...parts(data));
  } catch (error) {
    fill(content, emptiness(failureOf(error).message));
  }
}

/** @param {Compared} compared */
function parts({ duration_ms, rows, endpoints }) {
  const pair = (
    /** @type {{ a: number | null, b: number | null }} */ change,
    /** @type {(value: number) => string} */ write,
  ) => [change.a, change.b].map((value) => (value === null ? '–' : write(value))).join(' → ');
  return [
    facts([
      ['Duration', pair(duration_ms, duration)],
      ['Read', pair(rows.read, counted)],
      ['New', pair(rows.inserted, counted)],
      ['Rejected', pair(rows.rejected, counted)],
    ]),
    ...endpoints.filter(isTelling).flatMap(endpointParts),
  ];
}

/** @param {ComparedEndpoint} endpoint */
const isTelling = ({ moves, schema_changes, coverage, problem, records }) =>
  problem ||
  moves?.length ||
  schema_changes.length ||
  coverage?.new.total ||
  coverage?.gone.total ||
  records.change;

/** @param {ComparedEndpoint} compared */
function endpointParts({ endpoint, records, coverage, moves, schema_changes, problem }) {
  return [
    make('h3', {}, make('code', {}, endpoint)),
    make('p', {}, `${records.a ?? '–'} → ${records.b ?? '–'} records. `, coverage && coverageText(coverage)),
    problem && make('p', { class: 'quiet' }, problem.message),
    ...schema_changes.map(({ field, change, was, is }) =>
      make(
        'p',
        { class: 'notice warn' },
        make('code', {}, field),
        ` ${change.replaceAll('_', ' ')}: ${was} → ${is}`,
      ),
    ),
    moves && moves.length > 0 && movesTable(endpoint, moves),
  ];
}

/** @param {NonNullable<ComparedEndpoint['coverage']>} coverage */
function coverageText(coverage) {
  const some = (
    /** @type {string} */ word,
    /** @type {{ total: number, sample: string[] }} */ { total, sample },
  ) =>
    total === 0
      ? `None ${word}.`
      : `${counted(total)} ${word}: ${sample.join(', ')}${total > sample.length ? ' …' : '.'}`;
  return `${some('new', coverage.new)} ${some('gone', coverage.gone)}`;
}

/**
 * @param {string} endpoint
 * @param {NonNullable<ComparedEndpoint['moves']>} moves
 */
function movesTable(endpoint, moves) {
  const rows = moves.map((move) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, make('code', {}, move.external_id)),
      number(figure(move.price_usd_a, null, { full: true })),
      number(figure(move.price_usd_b, null, { full: true })),
      number(percent(move.change_percent)),
    ),
  );
  return table(
    `Largest moves of ${endpoint}`,
    ['Largest moves', ...['Before', 'After', 'Change'].map(numeric)],
    rows,
  );
}

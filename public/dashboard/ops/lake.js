// The parts of the lake.
import { ask, FailedReply } from '../api.js';
import { element, fill, make } from '../dom.js';
import { bytes, counted } from '../figures.js';
import { emptiness, number, numeric, skeleton, table } from '../parts.js';

/** @typedef {import('../api.js').RowOf<'/lake'>} Part */

const ROWS = 14;

export async function showLake() {
  const body = element('lake-body');
  if (body.childElementCount === 0) fill(body, skeleton(2));
  try {
    const { data } = await ask('/lake', { limit: ROWS });
    fill(body, data.length === 0 ? emptiness(NONE) : partsTable(data));
  } catch (error) {
    if (!(error instanceof FailedReply)) throw error;
    // Bulk access may need another token than reading. A refusal closes this panel, not the page.
    fill(body, emptiness(error.message));
    if (error.status === 0) throw error;
  }
}

const NONE = 'No parts yet. With LAKE=on the service writes one for each day that is over.';

/** @param {Part[]} parts */
function partsTable(parts) {
  const rows = parts.map(({ day, part, rows, size_bytes, sha256, url }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, day),
      make('td', {}, make('a', { href: url }, part)),
      number(counted(rows)),
      number(bytes(size_bytes)),
      make('td', {}, make('code', {}, sha256.slice(0, 12))),
    ),
  );
  return table('Parts', ['Day', 'Part', numeric('Rows'), numeric('Size'), 'SHA-256'], rows);
}

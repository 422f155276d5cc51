// The visible part of the chart as a CSV file, with every digit.

/** @typedef {import('./buckets.js').Point} Point */

const COLUMNS = 'asset,source,external_id,at,open,high,low,close,volume_usd,readings,complete';
/** A spreadsheet would run a text that begins like this as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** @param {{ asset: string, points: Point[] }[]} all */
export function csvOf(all) {
  const rows = all.flatMap(({ asset, points }) => points.map((point) => rowOf(asset, point)));
  return `${[COLUMNS, ...rows].join('\n')}\n`;
}

/**
 * @param {string} asset
 * @param {Point} point
 */
function rowOf(asset, { source, external_id, at, open, high, low, close, volume, count, complete }) {
  const texts = [asset, source, external_id].map(cell);
  return [...texts, at, open, high, low, close, volume, count, complete].map((one) => one ?? '').join(',');
}

/** @param {string} text */
function cell(text) {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

// The points of the chart as a table.
import { make } from '../dom.js';
import { barInstant, figure, number, numeric, table } from '../parts.js';
import { zoneName } from '../time.js';
import { isOfDays } from './buckets.js';

const TABLE_ROWS = 100;

/** @param {import('./series.js').Drawn} drawn */
export function pointsTable({ bucket, points }) {
  const newest = points.slice(-TABLE_ROWS).reverse();
  const isBar = newest.some((point) => point.open !== null);
  const rows = newest.map((point) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, barInstant(point.at, isOfDays(bucket))),
      ...(isBar ? [point.open, point.high, point.low].map((text) => number(figure(text, null))) : []),
      number(figure(point.close, point.id)),
    ),
  );
  const bars = isBar ? ['Open', 'High', 'Low'].map(numeric) : [];
  const headings = [
    isOfDays(bucket) ? 'Day, UTC' : zoneName(),
    ...bars,
    numeric(isBar ? 'Close' : 'Price, USD'),
  ];
  const caption = bucket === null ? 'Readings, newest first' : 'Candles, newest first';
  return table(caption, headings, rows, 'points');
}

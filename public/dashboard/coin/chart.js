// Draws points. The library places them with floating point; the texts around the chart are exact.
import { readable } from '../figures.js';
import { holesBehind } from './buckets.js';
import { inkReader, inks, looks } from './looks.js';

/** @typedef {import('./buckets.js').Point} Point */
/** @typedef {import('./series.js').Drawn} Drawn */
/** @typedef {import('lightweight-charts').UTCTimestamp} UTCTimestamp */
/** @typedef {import('lightweight-charts').SeriesType} SeriesType */
/** @typedef {import('lightweight-charts').ISeriesApi<SeriesType>} AnySeries */

const LIBRARY = '/vendor/lightweight-charts/lightweight-charts.js';
/** The digits of a label of the axis, which names a place and not a value. */
const LABEL_DIGITS = 7;
/** PriceScaleMode of the library. */
const MODES = { plain: 0, log: 1, percent: 2 };
const VOLUME_SHARE = 0.2;

/**
 * @typedef {object} Picture
 * @property {Drawn} main
 * @property {Drawn[]} others coins to compare with, in per cent
 * @property {boolean} log
 * @property {string} span names the content: a new one is fitted into view, the same one keeps its zoom
 */

/**
 * @param {HTMLElement} box
 * @param {(time: number | null) => void} hovered the instant under the pointer, in seconds
 */
export async function openChart(box, hovered) {
  /** @type {typeof import('lightweight-charts')} */
  const library = await import(LIBRARY);
  const chart = library.createChart(box, { autoSize: true, ...looks(box) });
  /** @type {AnySeries[]} */
  let drawn = [];
  /** @type {Picture | null} */
  let picture = null;
  let span = '';

  chart.subscribeCrosshairMove(({ time }) => hovered(time === undefined ? null : Number(time)));
  const restyle = () => {
    chart.applyOptions(looks(box));
    if (picture) draw(picture);
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', restyle);
  addEventListener('themechange', restyle);

  /** @param {Picture} wanted */
  function draw(wanted) {
    picture = wanted;
    const { main, others, log } = wanted;
    for (const series of drawn) chart.removeSeries(series);
    const isCompared = others.length > 0;
    drawn = [addMain(isCompared ? { ...main, form: 'line' } : main)];
    const ink = inkReader(box);
    for (const [index, other] of others.entries()) drawn.push(addLine(other, ink(`--series-${index + 2}`)));
    if (!isCompared) addVolume(main.points);
    const mode = isCompared ? MODES.percent : log ? MODES.log : MODES.plain;
    chart.priceScale('right').applyOptions({ mode });
    chart.applyOptions({ timeScale: { timeVisible: main.bucket === null || main.bucket === '1h' } });
    fitSpan(`${wanted.span} ${main.form} ${others.length}`, placesOf([main, ...others]));
  }

  /** @param {Drawn} main */
  function addMain(main) {
    if (main.form === 'line') return addLine(main, inkReader(box)('--link'));
    const power = powerOf(main.points);
    const options = { ...inks(box), priceFormat: formatOf(main.points, power), priceLineVisible: false };
    const candles = chart.addSeries(library.CandlestickSeries, options);
    candles.setData(withHoles(main, (point) => candleOf(point, power)));
    return candles;
  }

  /**
   * @param {Drawn} one
   * @param {string} color
   */
  function addLine(one, color) {
    const { points } = one;
    const power = powerOf(points);
    const line = chart.addSeries(library.LineSeries, {
      color,
      priceFormat: formatOf(points, power),
      priceLineVisible: false,
      lineWidth: 2,
      pointMarkersVisible: points.length < 60,
    });
    line.setData(
      withHoles(one, (point, isBeforeHole) => {
        const place = { time: timeOf(point), value: scaled(point.close, power) };
        // The library joins the points on both sides of a hole, unless the first has no colour.
        return isBeforeHole ? { ...place, color: 'transparent' } : place;
      }),
    );
    return line;
  }

  /** @param {Point[]} points */
  function addVolume(points) {
    if (points.every(({ volume }) => volume === null)) return;
    const bars = chart.addSeries(library.HistogramSeries, {
      priceScaleId: 'volume',
      color: inkReader(box)('--bar'),
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    bars.priceScale().applyOptions({ scaleMargins: { top: 1 - VOLUME_SHARE, bottom: 0 } });
    bars.setData(
      points.flatMap((point) =>
        point.volume === null ? [] : [{ time: timeOf(point), value: Number(point.volume) }],
      ),
    );
    drawn.push(bars);
  }

  /**
   * @param {string} wanted
   * @param {number} total
   */
  function fitSpan(wanted, total) {
    if (wanted === span) return;
    span = wanted;
    // A few points are not stretched to the width of the chart.
    if (total < 24) chart.timeScale().setVisibleLogicalRange({ from: total - 24, to: total });
    else chart.timeScale().fitContent();
  }

  return {
    draw,
    /** The visible span, in seconds. */
    seen() {
      const range = chart.timeScale().getVisibleRange();
      return range && { from: Number(range.from), to: Number(range.to) };
    },
    remove() {
      scheme.removeEventListener('change', restyle);
      removeEventListener('themechange', restyle);
      chart.remove();
    },
  };
}

/**
 * @template Item
 * @param {Drawn} drawn
 * @param {(point: Point, isBeforeHole: boolean) => Item} show
 * @returns {(Item | { time: UTCTimestamp })[]}
 */
function withHoles({ points, bucket }, show) {
  const holes = holesBehind(points, bucket);
  return points.flatMap((point, index) => {
    const behind = holes[index] ?? [];
    return [show(point, behind.length > 0), ...behind.map((time) => ({ time: asTimestamp(time) }))];
  });
}

/** The number of places on the time axis, holes included. @param {Drawn[]} all */
const placesOf = (all) =>
  new Set(
    all.flatMap(({ points, bucket }) => [
      ...points.map(({ time }) => time),
      ...holesBehind(points, bucket).flat(),
    ]),
  ).size;

const asTimestamp = (/** @type {number} */ time) => /** @type {UTCTimestamp} */ (time);

/** @param {Point} point */
const timeOf = (point) => asTimestamp(point.time);

/**
 * A candle has no wick if the high and low are unknown.
 * @param {Point} point
 * @param {number} power
 */
function candleOf(point, power) {
  const close = scaled(point.close, power);
  const open = point.open === null ? close : scaled(point.open, power);
  return {
    time: timeOf(point),
    open,
    high: point.high === null ? Math.max(open, close) : scaled(point.high, power),
    low: point.low === null ? Math.min(open, close) : scaled(point.low, power),
    close,
  };
}

/**
 * @param {string} text
 * @param {number} power
 */
const scaled = (text, power) => Number(`${text}e${power}`);

/** The power of ten that lifts the largest value above one: the library's steps are too coarse for tiny values. @param {Point[]} points */
function powerOf(points) {
  const largest = points.reduce((most, point) => Math.max(most, Number(point.high ?? point.close)), 0);
  return largest === 0 || largest >= 1 ? 0 : Math.ceil(-Math.log10(largest));
}

/**
 * @param {Point[]} points
 * @param {number} power
 */
function formatOf(points, power) {
  const largest = points.reduce((most, point) => Math.max(most, scaled(point.close, power)), 1);
  const decimals = Math.max(0, LABEL_DIGITS - 1 - Math.floor(Math.log10(largest)));
  return {
    type: /** @type {const} */ ('custom'),
    minMove: 10 ** -decimals,
    formatter: (/** @type {number} */ value) =>
      readable((value / 10 ** power).toFixed(Math.min(100, decimals + power)), LABEL_DIGITS).replace(
        /\.0+$/,
        '',
      ),
  };
}

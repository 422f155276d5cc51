// Draws points. The library places them with floating point; what is written beside the chart is exact.
import { make } from './dom.js';
import { short } from './figures.js';

/** @typedef {import('./series.js').Point} Point */
/** @typedef {import('lightweight-charts').UTCTimestamp} UTCTimestamp */

const LIBRARY = '/vendor/lightweight-charts/lightweight-charts.js';
/** Of a label of the axis, which names a place and not a value. */
const LABEL_DIGITS = 7;

/**
 * @param {HTMLElement} box
 * @param {(point: Point) => void} hovered what the pointer is on; the last point when it is on none
 */
export async function openChart(box, hovered) {
  /** @type {typeof import('lightweight-charts')} */
  const library = await import(LIBRARY);
  const chart = library.createChart(box, { autoSize: true, ...looks(box) });
  /** @type {Map<number, Point>} */
  let points = new Map();
  /** @type {import('lightweight-charts').ISeriesApi<'Candlestick'> | import('lightweight-charts').ISeriesApi<'Line'> | null} */
  let series = null;
  let span = '';

  chart.subscribeCrosshairMove(({ time }) => {
    const point = points.get(Number(time)) ?? [...points.values()].at(-1);
    if (point) hovered(point);
  });
  const restyle = () => {
    chart.applyOptions(looks(box));
    series?.applyOptions(inks(box));
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', restyle);
  addEventListener('themechange', restyle);

  return {
    /**
     * @param {import('./series.js').Drawn} drawn
     * @param {string} drawnSpan what is looked at: another one is fitted into view, the same keeps its zoom
     */
    draw({ form, points: drawn }, drawnSpan) {
      points = new Map(drawn.map((point) => [point.time, point]));
      const power = powerOf(drawn);
      const options = { ...inks(box), priceFormat: formatOf(drawn, power), priceLineVisible: false };
      if (series) chart.removeSeries(series);
      if (form === 'candles') {
        const candles = chart.addSeries(library.CandlestickSeries, options);
        candles.setData(drawn.map((point) => candleOf(point, power)));
        series = candles;
      } else {
        const line = chart.addSeries(library.LineSeries, {
          ...options,
          lineWidth: 2,
          pointMarkersVisible: drawn.length < 60,
        });
        line.setData(drawn.map((point) => ({ time: timeOf(point), value: scaled(point.close, power) })));
        series = line;
      }
      const total = drawn.length;
      if (`${form} ${drawnSpan}` === span) return;
      span = `${form} ${drawnSpan}`;
      // Few points stay few: they are not blown up to the width of the chart.
      if (total < 24) chart.timeScale().setVisibleLogicalRange({ from: total - 24, to: total });
      else chart.timeScale().fitContent();
    },
    remove() {
      scheme.removeEventListener('change', restyle);
      removeEventListener('themechange', restyle);
      chart.remove();
    },
  };
}

/** @param {Point} point */
const timeOf = (point) => /** @type {UTCTimestamp} */ (point.time);

/**
 * Without a wick where nothing is known of what lay between open and close.
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

/** The library's steps are too coarse for tiny values: the power of ten that lifts the largest above one. @param {Point[]} points */
function powerOf(points) {
  const largest = Math.max(...points.map((point) => Number(point.high ?? point.close)), 0);
  return largest === 0 || largest >= 1 ? 0 : Math.ceil(-Math.log10(largest));
}

/**
 * @param {Point[]} points
 * @param {number} power
 */
function formatOf(points, power) {
  const largest = Math.max(...points.map((point) => scaled(point.close, power)), 1);
  const decimals = Math.max(0, LABEL_DIGITS - 1 - Math.floor(Math.log10(largest)));
  return {
    type: /** @type {const} */ ('custom'),
    minMove: 10 ** -decimals,
    formatter: (/** @type {number} */ value) =>
      short((value / 10 ** power).toFixed(Math.min(100, decimals + power)), LABEL_DIGITS).text,
  };
}

/** @param {HTMLElement} box */
function looks(box) {
  const ink = inkReader(box);
  return {
    layout: {
      background: { color: 'transparent' },
      textColor: ink('--quiet'),
      fontFamily: getComputedStyle(box).fontFamily,
      fontSize: 11,
      // Its credit would bring a style element, which our policy forbids; the page's footer has it instead.
      attributionLogo: false,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: ink('--hair') } },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
    timeScale: { borderColor: ink('--line'), timeVisible: true, secondsVisible: false },
    crosshair: { vertLine: { color: ink('--quiet') }, horzLine: { color: ink('--quiet') } },
    localization: { locale: 'en-GB' },
    // A wheel over the chart scrolls the page; pinching and dragging the axis still zoom.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}

/** @param {HTMLElement} box */
function inks(box) {
  const ink = inkReader(box);
  const [up, down] = [ink('--up'), ink('--down')];
  return {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
    color: ink('--link'),
  };
}

/** A canvas knows no custom properties: they are resolved on an element. @param {HTMLElement} box */
function inkReader(box) {
  return (/** @type {string} */ name) => {
    const probe = make('span', { hidden: true });
    probe.style.color = `var(${name})`;
    box.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

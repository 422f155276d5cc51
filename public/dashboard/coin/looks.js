// How the chart looks: the colours of the page, and times in the zone of the page.
import { make } from '../dom.js';
import { clockText } from '../figures.js';
import { timeZone } from '../time.js';

/** TickMarkType of the library: what a label of the axis names. */
const TICKS = /** @type {Intl.DateTimeFormatOptions[]} */ ([
  { year: 'numeric' },
  { month: 'short' },
  { day: 'numeric', month: 'short' },
  { hour: '2-digit', minute: '2-digit' },
  { hour: '2-digit', minute: '2-digit', second: '2-digit' },
]);

/** @param {HTMLElement} box */
export function looks(box) {
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
    timeScale: {
      borderColor: ink('--line'),
      timeVisible: true,
      secondsVisible: false,
      // A history of many years fits.
      minBarSpacing: 0.05,
      tickMarkFormatter: (/** @type {unknown} */ time, /** @type {number} */ type) =>
        new Date(Number(time) * 1000).toLocaleString('en-GB', { ...TICKS[type], timeZone: timeZone() }),
    },
    crosshair: { vertLine: { color: ink('--quiet') }, horzLine: { color: ink('--quiet') } },
    localization: {
      locale: 'en-GB',
      timeFormatter: (/** @type {unknown} */ time) =>
        clockText(new Date(Number(time) * 1000).toISOString(), timeZone()).slice(0, 16),
    },
    // A wheel over the chart scrolls the page; pinching and dragging the axis still zoom.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}

/** @param {HTMLElement} box */
export function inks(box) {
  const ink = inkReader(box);
  const [up, down] = [ink('--up'), ink('--down')];
  return { upColor: up, downColor: down, wickUpColor: up, wickDownColor: down, borderVisible: false };
}

/** A canvas knows no custom properties: they are resolved on an element. @param {HTMLElement} box */
export function inkReader(box) {
  return (/** @type {string} */ name) => {
    const probe = make('span', { hidden: true });
    probe.style.color = `var(${name})`;
    box.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

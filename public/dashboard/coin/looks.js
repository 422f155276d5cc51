// The style of the chart: the colours and the time zone of the page.
import { make } from '../dom.js';
import { clockText } from '../figures.js';
import { timeZone } from '../time.js';

/** The date formats of the axis labels, by TickMarkType of the library. */
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
      // The library's own credit needs a style element, which our policy forbids. The footer of the page has the credit.
      attributionLogo: false,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: ink('--hair') } },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
    timeScale: {
      borderColor: ink('--line'),
      timeVisible: true,
      secondsVisible: false,
      // So that a history of many years fits.
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
    // The wheel scrolls the page. Pinching and dragging the axis zoom.
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

/** Resolves custom properties on an element, because a canvas does not know them. @param {HTMLElement} box */
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

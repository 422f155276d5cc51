// The line of the last 7 days. It places points with floating point and shows no figure.

const [WIDTH, HEIGHT, EDGE] = [96, 24, 2];
const SVG = 'http://www.w3.org/2000/svg';

/** @param {string[]} closes oldest first */
export function sparkline(closes) {
  if (closes.length < 2) return '–';
  const [first, last] = [Number(closes[0]), Number(closes.at(-1))];
  const direction = last > first ? 'up' : last < first ? 'down' : 'flat';
  const picture = node('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    width: WIDTH,
    height: HEIGHT,
    class: `sparkline ${direction}`,
    role: 'img',
    'aria-label': `Last 7 days: ${direction}`,
  });
  picture.append(node('polyline', { points: places(closes.map(Number)), fill: 'none' }));
  return picture;
}

/** @param {number[]} values */
function places(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = WIDTH / (values.length - 1);
  const height = HEIGHT - 2 * EDGE;
  return values
    .map((value, index) => {
      const share = high === low ? 0.5 : (value - low) / (high - low);
      return `${(index * step).toFixed(1)},${(EDGE + (1 - share) * height).toFixed(1)}`;
    })
    .join(' ');
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

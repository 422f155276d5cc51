// The columns of a file without a plan, so that people can say what they mean. The page reads no data from them.

/** @typedef {{ column: string, role: string, example: { text: string } | null }} Column */

const HEAD_BYTES = 65_536;
const DELIMITERS = [',', ';', '\t', '|'];
const COLUMNS_MAX = 60;

/**
 * Returns none for a packed file, or a file that is not a table.
 * @param {File} file
 * @param {import('./settings.js').Parameters} told the answers so far
 * @returns {Promise<Column[]>}
 */
export async function columnsOf(file, told) {
  if (/\.gz$/i.test(file.name)) return [];
  const [first = '', second = ''] = (await file.slice(0, HEAD_BYTES).text()).split(/\r\n|\n|\r/);
  const count = (/** @type {string} */ one) => first.split(one).length;
  const delimiter = told.delimiter === 'tab' ? '\t' : told.delimiter;
  const between = delimiter ?? DELIMITERS.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
  const names = cellsOf(first, between);
  const examples = cellsOf(second, between);
  if (names.length < 2 || names.length > COLUMNS_MAX) return [];
  const pairs = (told.columns ?? '').split(',').map((pair) => pair.split(':'));
  const roles = new Map(pairs.map(([at, role]) => [at, role]));
  return names.map((column, index) => {
    const text = examples[index];
    return { column, role: roles.get(String(index + 1)) ?? 'ignore', example: text ? { text } : null };
  });
}

/**
 * @param {string} line
 * @param {string} delimiter
 */
function cellsOf(line, delimiter) {
  const cells = [''];
  let isQuoted = false;
  for (const character of line.replace(/^\uFEFF/, '')) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells.map((cell) => cell.trim());
}

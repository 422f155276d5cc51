const DELIMITERS = [',', ';', '\t', '|'];
const LINES_LOOKED_AT = 10;

/**
 * The delimiter of a file from its first lines. Excel's `sep=;` line decides. A delimiter other than the comma that
 * is equally frequent in every line, outside quotes, comes next, because figures may contain commas. Otherwise it
 * is the most frequent candidate in the first line that has any, so a banner above the header does no harm. A file
 * with one column has none: `,`.
 */
export function sniffDelimiter(headerLine: string): string {
  const lines = headerLine.split('\n').filter(isNotBlank).slice(0, LINES_LOOKED_AT);
  const constant = constantIn(lines);
  if (constant !== undefined) return constant;
  for (const line of lines) {
    const stated = /^\ufeff?"?sep=([,;\t|])"?\r?$/i.exec(line)?.[1];
    if (stated !== undefined) return stated;
    const [most] = DELIMITERS.map((delimiter) => ({
      delimiter,
      count: countOf(delimiter, line),
    })).sort((a, b) => b.count - a.count);
    if (most !== undefined && most.count > 0) return most.delimiter;
  }
  return ',';
}

const countOf = (delimiter: string, line: string): number =>
  line.replace(/"[^"]*"/g, '').split(delimiter).length - 1;

function constantIn(lines: string[]): string | undefined {
  const [first, ...others] = lines;
  if (first === undefined || others.length === 0) return undefined;
  return DELIMITERS.filter((delimiter) => delimiter !== ',').find((delimiter) => {
    const count = countOf(delimiter, first);
    return count > 0 && others.every((line) => countOf(delimiter, line) === count);
  });
}

const isNotBlank = (line: string) => line.trim() !== '';

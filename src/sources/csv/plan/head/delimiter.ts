const DELIMITERS = [',', ';', '\t', '|'];
const LINES_LOOKED_AT = 10;

/**
 * The delimiter of a file from its header line: the candidate (`,` `;` tab `|`) that stands there most often
 * outside quotes. Given several lines, the first that holds any decides, so a banner above the header does
 * no harm; Excel's `sep=;` line is believed. A file of one column has none: `,`.
 */
export function sniffDelimiter(headerLine: string): string {
  for (const line of headerLine.split('\n').filter(isNotBlank).slice(0, LINES_LOOKED_AT)) {
    const stated = /^\ufeff?"?sep=([,;\t|])"?\r?$/i.exec(line)?.[1];
    if (stated !== undefined) return stated;
    const bare = line.replace(/"[^"]*"/g, '');
    const [most] = DELIMITERS.map((delimiter) => ({
      delimiter,
      count: bare.split(delimiter).length - 1,
    })).sort((a, b) => b.count - a.count);
    if (most !== undefined && most.count > 0) return most.delimiter;
  }
  return ',';
}

const isNotBlank = (line: string) => line.trim() !== '';

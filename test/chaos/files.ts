// Files to upload: few distinct rows, which load quickly, but many lines, which need several batches.

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 0, 1);

export interface CsvFile {
  name: string;
  text: string;
  query?: string;
  gzipped?: true;
}

const at = (hour: number) => new Date(START_MS + hour * HOUR_MS).toISOString();

/**
 * `records` lines over `keys` instants of one coin: most repeat an earlier line, some contradict one, some are
 * unreadable. `price` shifts all values.
 */
export function series(symbol: string, records: number, keys: number, price = 1): string {
  const lines = Array.from({ length: records }, (_, i) => {
    const key = (i * 7) % keys;
    if (i % 997 === 500) return `${symbol},${symbol} Coin,minus one,${at(key)}`;
    if (i % 613 === 600) return `${symbol},${symbol} Coin,999999,${at(key)}`;
    return `${symbol},${symbol} Coin,${price + key}.${key % 10}0,${at(key)}`;
  });
  return `symbol,name,price_usd,created_at\n${lines.join('\n')}\n`;
}

/** Bars of one market, as CryptoDataDownload exports them. */
export function bars(days: number): string {
  const lines = Array.from({ length: days }, (_, i) => {
    const day = new Date(START_MS + (days - i) * 24 * HOUR_MS);
    return `${day.getTime()},${day.toISOString().slice(0, 19).replace('T', ' ')},BTC/USD,${100 + i},${110 + i},${90 + i}.5,${105 + i},${i}.25,${i * 100}`;
  });
  return `https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n${lines.join('\n')}\n`;
}

/** Rows, then a quote that is never closed: the upload fails, and the rows before the quote are withdrawn. */
export const broken = (): string =>
  `${series('BRK', 300, 300)}BRK,"Brk Coin,1.5,${at(5)}\nBRK,Brk,1,${at(6)}\n`;

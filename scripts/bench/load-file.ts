import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const COINS = 100;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 0, 1);
const PIECE_HOURS = 50;

export const HEADER =
  'created_at,id,symbol,name,price_usd,market_cap_usd,volume_24h_usd,percent_change_24h\n';

/** Writes a CSV of `rows` records, about 100 bytes each: 100 coins hour by hour, like an exported history. */
export async function writeLoadFile(path: string, rows: number): Promise<void> {
  const out = createWriteStream(path);
  out.write(HEADER);
  for (let hour = 0; hour * COINS < rows; hour += PIECE_HOURS) {
    const hours = Array.from({ length: PIECE_HOURS }, (_, index) => hour + index);
    const text = hours.flatMap((each) => hourRecords(each, rows)).join('');
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

/** The records of one hour, cut off at `rows`. */
export function hourRecords(hour: number, rows: number): string[] {
  const at = new Date(START_MS + hour * HOUR_MS).toISOString().replace('.000', '');
  const coins = Math.max(0, Math.min(COINS, rows - hour * COINS));
  return Array.from({ length: coins }, (_, coin) => {
    const price = (60_000 / (coin + 1)) * (1 + 0.05 * Math.sin(hour * 0.01 + coin));
    const figures = [price.toFixed(8), (price * 19e6).toFixed(2), (price * 31e4).toFixed(2)];
    const change = (5 * Math.sin(hour * 0.1 + coin)).toFixed(4);
    return `${at},coin-${coin + 1},C${coin + 1},Synthetic Coin ${coin + 1},${figures.join(',')},${change}\n`;
  });
}

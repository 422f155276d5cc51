import { type InstantReading, microsOf } from '../../../domain/instant.ts';
import type { Dialect } from '../dialect.ts';
import { timeOf } from '../time.ts';

/** CryptoDataDownload's bars of one exchange, with or without its address above the header. */
export const cryptodatadownload: Dialect = {
  id: 'cryptodatadownload',
  title: 'CryptoDataDownload',
  convention:
    'unix and date are the instant at which a bar opens (UTC); the close is stored at the instant the bar ends, one period later.',
  caution:
    'The newest row is often a bar that had not ended when the file was made; a later export supersedes it.',
  kind: 'bar_close',
  bars: { written: 'open', period: null, period_fallback: null, venue: 'one' },
  columns: {
    instant: ['date'],
    unix: ['unix', 'unix_timestamp', 'unix_time'],
    pair: ['symbol'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    volume: ['volume_usd', 'volume_usdt'],
    base_volume: [/^volume_/],
  },
  required: ['pair', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['symbol', 'open', 'high', 'low', 'close'].every((name) => names.has(name)) &&
    ['unix', 'unix_timestamp', 'unix_time', 'date'].some((name) => names.has(name)) &&
    [...names].some((name) => /^volume/.test(name)) &&
    !names.has('marketcap'),
  // An exchange on which nothing was traded.
  zero_volume: 'zero',
  instant: ({ instant, unix }) => agreed(timeOf(instant?.replace(HOUR, clockHour)), timeOf(unix)),
};

/** Old files write the hour as `2019-10-17 09-AM`. */
const HOUR = / (\d\d)-([AP]M)$/;

function clockHour(text: string, hour: string, half: string): string {
  const hours = Number(hour);
  if (hours < 1 || hours > 12) return text;
  return ` ${String((hours % 12) + (half === 'PM' ? 12 : 0)).padStart(2, '0')}:00`;
}

const SECOND_MICROS = 1_000_000n;

/** Some files number their unix times instead of telling them; then the two columns do not agree. */
function agreed(date: InstantReading | null, unix: InstantReading | null): InstantReading | null {
  if (date?.instant === undefined) return unix ?? date;
  if (unix?.instant === undefined) return unix ?? date;
  const apart = microsOf(date.instant) - microsOf(unix.instant);
  return apart < SECOND_MICROS && apart > -SECOND_MICROS ? date : { fault: 'invalid_instant' };
}

import { describe, expect, it } from 'vitest';
import { days, type GivenFile, readFile } from './read-file.ts';

const KAGGLE = (clock: string) =>
  `SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap\n${days(3, (day, at) => `${at},Litecoin,LTC,${day}${clock},3,0.5,1,${at}.5,9,9`)}`;
const CLOSES = [
  'kaggle:ltc:-:usd:1d 2024-03-02T00:00:00Z 0.5',
  'kaggle:ltc:-:usd:1d 2024-03-03T00:00:00Z 1.5',
  'kaggle:ltc:-:usd:1d 2024-03-04T00:00:00Z 2.5',
];

describe('closes of a vendor that writes the last second of a day', () => {
  it.each([
    ['as the vendor writes them', ' 23:59:59'],
    ['with dates alone', ''],
    ['as midnights', ' 00:00:00'],
    ['without their seconds', ' 23:59'],
    ['with seconds of zero', ' 23:59:00'],
  ])('are those of the following midnight: %s', async (_, clock) => {
    expect(await readFile({ text: KAGGLE(clock) })).toMatchObject({ rows: CLOSES, rejects: [] });
  });
});

describe('bars that a vendor names by their opening', () => {
  const yahoo = (clock: string) =>
    `Date,Open,High,Low,Close,Adj Close,Volume\n${days(3, (day) => `${day}${clock},1,3,0.5,1.5,1.5,9`)}`;

  it('may not all be of the last second of a day', async () => {
    const file = { name: 'BTC-USD.csv', text: yahoo(' 23:59:59') };
    expect(await readFile(file)).toMatchObject({ fault: 'unknown_bar', parameters: ['bar'] });
    expect(await readFile({ ...file, hints: { bar: 'close' } })).toMatchObject({
      rows: [
        'yahoo:btc:-:usd:1d 2024-03-02T00:00:00Z 1.5',
        'yahoo:btc:-:usd:1d 2024-03-03T00:00:00Z 1.5',
        'yahoo:btc:-:usd:1d 2024-03-04T00:00:00Z 1.5',
      ],
    });
  });
});

describe('instants', () => {
  const TABLE = { symbol: 'BTC', quote: 'usd' };

  it.each<[string, GivenFile, string[]]>([
    [
      'a date and a clock time of two columns',
      {
        hints: { ...TABLE, zone: '+01:00' },
        text: 'Date,Time,Price\n2024-03-01,23:59:00,1.5\n2024-03-02,23:59:00,2.5\n',
      },
      ['canonical:btc 2024-03-01T22:59:00Z 1.5', 'canonical:btc 2024-03-02T22:59:00Z 2.5'],
    ],
    [
      'dates alone, whose days end at the midnight of their zone',
      {
        hints: { ...TABLE, zone: 'Europe/Berlin', bar: 'close' },
        text: 'date,price\n2024-03-30,1.5\n2024-03-31,2.5\n',
      },
      ['canonical:btc 2024-03-30T23:00:00Z 1.5', 'canonical:btc 2024-03-31T22:00:00Z 2.5'],
    ],
    [
      'daily bars of a zone whose day has 23 hours',
      {
        hints: { ...TABLE, zone: 'Europe/Berlin', bar: 'open', period: '1d' },
        text: 'date,close\n2024-03-30,1.5\n2024-03-31,2.5\n2024-04-01,3.5\n',
      },
      [
        'table:btc:-:usd:1d 2024-03-30T23:00:00Z 1.5',
        'table:btc:-:usd:1d 2024-03-31T22:00:00Z 2.5',
        'table:btc:-:usd:1d 2024-04-01T22:00:00Z 3.5',
      ],
    ],
    [
      'an order of dates that one of them proves',
      { hints: TABLE, text: 'date,price\n03/04/2024,1.5\n13/04/2024,2.5\n' },
      ['canonical:btc 2024-04-03T00:00:00Z 1.5', 'canonical:btc 2024-04-13T00:00:00Z 2.5'],
    ],
    [
      'unix times in microseconds beside dates',
      {
        name: 'Binance_ETHUSD_d.csv',
        text: 'Unix,Date,Symbol,Open,High,Low,Close,Volume ETH,Volume USD\n1740787200000000,2025-03-01,ETHUSD,1,3,0.5,1.5,9,9\n',
      },
      ['cryptodatadownload:eth:binance:usd:1d 2025-03-02T00:00:00Z 1.5'],
    ],
    [
      'bars that state both of their ends as dates',
      {
        hints: { symbol: 'BTC' },
        text: `timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp\n${days(2, (day, at) => `${day};${day};${day};${day};2781;1;3;0.5;${at}.5;9;9;${day}`)}`,
      },
      [
        'coinmarketcap:btc:-:usd:1d 2024-03-02T00:00:00Z 0.5',
        'coinmarketcap:btc:-:usd:1d 2024-03-03T00:00:00Z 1.5',
      ],
    ],
    [
      'hourly closes at the last second of the hour',
      {
        hints: TABLE,
        text: 'time,open,high,low,close\n2024-03-01T00:59:59Z,1,3,0.5,1.5\n2024-03-01T01:59:59Z,1,3,0.5,2.5\n2024-03-01T02:59:59Z,1,3,0.5,3.5\n',
      },
      [
        'table:btc:-:usd:1h 2024-03-01T01:00:00Z 1.5',
        'table:btc:-:usd:1h 2024-03-01T02:00:00Z 2.5',
        'table:btc:-:usd:1h 2024-03-01T03:00:00Z 3.5',
      ],
    ],
  ])('are read: %s', async (_, file, rows) => {
    expect(await readFile(file)).toMatchObject({ rows, rejects: [] });
  });

  it('that are unreadable explain their fault', async () => {
    const text =
      'time,price\n2024-03-01T00:00:00Z,1.5\n2024-02-30T00:00:00Z,1.5\n2024-03-02T25:00:00Z,1.5\n45352,1.5\n1.7E+12,1.5\nyesterday,1.5\n1969-12-31T00:00:00Z,1.5\n';
    expect(await readFile({ hints: TABLE, text })).toMatchObject({
      rows: ['canonical:btc 2024-03-01T00:00:00Z 1.5'],
      rejects: [
        'nonexistent_day',
        'nonexistent_time',
        'day_number',
        'exponent',
        'invalid_instant',
        'instant_out_of_range',
      ],
    });
  });

  it.each([
    ['the day of a price and the time of its last update', 'date,last_updated'],
    ['two instants', 'created_at,timestamp'],
  ])('may not be in two columns that disagree: %s', async (_, names) => {
    const text = `${names},price\n2024-03-01,2024-05-01T10:00:00Z,1.5\n2024-03-02,2024-05-01T10:00:00Z,2.5\n`;
    expect(await readFile({ hints: TABLE, text })).toMatchObject({
      fault: 'no_instant',
      parameters: ['columns'],
    });
  });

  it('may be in two columns that agree', async () => {
    const text = 'timestamp,date,price\n1709294400,2024-03-01,1.5\n1709380800,2024-03-02,2.5\n';
    expect(await readFile({ hints: TABLE, text })).toMatchObject({
      rows: ['canonical:btc 2024-03-01T12:00:00Z 1.5', 'canonical:btc 2024-03-02T12:00:00Z 2.5'],
    });
  });

  it('may be from a spreadsheet that kept numbers of days', async () => {
    const read = await readFile({ hints: TABLE, text: 'date,price\n45352,1.5\n45353,2.5\n' });
    expect(read).toMatchObject({
      fault: 'unreadable_instants',
      message: expect.stringContaining('day number'),
    });
  });
});

describe('the name of the column of instants', () => {
  const text = (column: string) =>
    `${column},open,high,low,close\n${days(3, (day) => `${day}T00:00:00Z,1,2,0.5,1.5`)}`;
  const BTC = { symbol: 'BTC', quote: 'usd' };

  it.each([
    ['open_time', 'open', '2024-03-02T00:00:00Z'],
    ['timeOpen', 'open', '2024-03-02T00:00:00Z'],
    ['Start Date', 'open', '2024-03-02T00:00:00Z'],
    ['close_time', 'close', '2024-03-01T00:00:00Z'],
    ['time_period_end', 'close', '2024-03-01T00:00:00Z'],
  ])('may say the end of the bar: %s', async (column, names, first) => {
    const read = await readFile({ hints: BTC, text: text(column) });
    expect(read).toMatchObject({ plan: { time: { names } } });
    expect(read).toHaveProperty('rows.0', `table:btc:-:usd:1d ${first} 1.5`);
  });

  it.each([
    ['open_time', 'close'],
    ['close_time', 'open'],
  ] as const)('may not be contradicted: %s, bar=%s', async (column, bar) => {
    expect(await readFile({ hints: { ...BTC, bar }, text: text(column) })).toMatchObject({
      fault: 'contradicted',
      parameters: expect.arrayContaining(['columns', 'bar']),
    });
  });

  it.each(['time', 'date', 'timestamp', 'opened'])('leaves it open: %s', async (column) => {
    expect(await readFile({ hints: BTC, text: text(column) })).toMatchObject({ fault: 'unknown_bar' });
  });
});

describe('the period of bars', () => {
  const CDD = (times: string[]) =>
    `unix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n${times.map((time) => `${Date.parse(time) / 1000},${time.slice(0, 10)} ${time.slice(11, 19)},BTC/USD,1,3,0.5,1.5,9,9\n`).join('')}`;
  const MONTHS = [
    '2024-01-01T00:00:00Z',
    '2024-02-01T00:00:00Z',
    '2024-03-01T00:00:00Z',
    '2024-04-01T00:00:00Z',
  ];

  it.each<[string, string, string]>([
    ['1M is a month', 'Bitstamp_BTCUSD_1M.csv', '1mo'],
    ['monthly', 'Bitstamp_BTCUSD_monthly.csv', '1mo'],
    ['no word of it', 'Bitstamp_BTCUSD.csv', '1mo'],
  ])('%s', async (_, name, period) => {
    expect(await readFile({ name, text: CDD(MONTHS) })).toMatchObject({ plan: { period } });
  });

  it('has one name for one length', async () => {
    const text = CDD(['2024-05-01T00:00:00Z', '2024-05-02T00:00:00Z', '2024-05-03T00:00:00Z']);
    const read = await readFile({ name: 'Bitstamp_BTCUSD_24h.csv', text });
    expect(read).toMatchObject({ plan: { period: '1d', beat_seconds: 86_400 } });
  });

  it.each([
    ['dates', ['2024-01-31', '2024-02-29', '2024-03-31'], { bar: 'close' } as const],
    [
      'last seconds',
      ['2024-01-31T23:59:59Z', '2024-02-29T23:59:59Z', '2024-03-31T23:59:59Z'],
      { bar: 'close' } as const,
    ],
  ])('is a month if the rows are the last days of months: %s', async (_, times, hints) => {
    const text = `date,open,high,low,close\n${times.map((time, at) => `${time},1,2,0.5,1.${at}\n`).join('')}`;
    expect(await readFile({ hints: { symbol: 'BTC', quote: 'usd', ...hints }, text })).toMatchObject({
      rows: [
        'table:btc:-:usd:1mo 2024-02-01T00:00:00Z 1.0',
        'table:btc:-:usd:1mo 2024-03-01T00:00:00Z 1.1',
        'table:btc:-:usd:1mo 2024-04-01T00:00:00Z 1.2',
      ],
    });
  });

  it('in a file name must agree with the ends that the rows state', async () => {
    const open = Date.UTC(2025, 0, 1);
    const text = [0, 1, 2]
      .map((at) => [open + at * 3_600_000, 1, 2, 0.5, 1.5, 9, open + (at + 1) * 3_600_000 - 1, 9, 1, 1, 1, 0])
      .join('\n');
    const hints = { quote: 'usdt' };
    expect(await readFile({ name: 'BTCUSDT-1d-2025-01.csv', hints, text })).toMatchObject({
      fault: 'unknown_period',
      parameters: ['period'],
    });
    expect(
      await readFile({ name: 'BTCUSDT-1d-2025-01.csv', hints: { ...hints, period: '1h' }, text }),
    ).toHaveProperty('rows.0', 'binance:btc:binance:usdt:1h 2025-01-01T01:00:00Z 1.5');
    expect(
      await readFile({ name: 'BTCUSDT-1d-2025-01.csv', hints: { ...hints, period: '1d' }, text }),
    ).toMatchObject({ fault: 'contradicted' });
  });
});

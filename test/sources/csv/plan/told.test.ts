import { expect, it } from 'vitest';
import { days, type GivenFile, readFile } from './read-file.ts';

// If nothing in a file proves a fact, the plan asks for the parameter that decides it; the answer gives the rows
// beside it.

const PRICES = `time,price\n${days(3, (day, at) => `${day}T06:00:00Z,${100 + at}.5`)}`;
const BARS = `Date,Open,High,Low,Close\n${days(3, (day, at) => `${day},${10 + at},30.25,5,${20 + at}.5`)}`;

interface Asked {
  file: GivenFile;
  fault: string;
  parameters: string[];
  answers: GivenFile['hints'];
  rows: string[];
}

it.each<[string, Asked]>([
  [
    'the currency of a bare price',
    {
      file: { name: 'btc.csv', text: PRICES },
      fault: 'unknown_quote',
      parameters: ['quote'],
      answers: { quote: 'usd' },
      rows: [
        'canonical:btc 2024-03-01T06:00:00Z 100.5',
        'canonical:btc 2024-03-02T06:00:00Z 101.5',
        'canonical:btc 2024-03-03T06:00:00Z 102.5',
      ],
    },
  ],
  [
    'the coin, and the currency with it',
    {
      file: { name: 'table.csv', text: PRICES },
      fault: 'unknown_coin',
      parameters: ['quote', 'symbol'],
      answers: { quote: 'usd', symbol: 'XRP' },
      rows: [
        'canonical:xrp 2024-03-01T06:00:00Z 100.5',
        'canonical:xrp 2024-03-02T06:00:00Z 101.5',
        'canonical:xrp 2024-03-03T06:00:00Z 102.5',
      ],
    },
  ],
  [
    'the coin of a name of which only a part is known',
    {
      file: { name: 'Bitcoin Gold.csv', hints: { quote: 'usd' }, text: PRICES },
      fault: 'unknown_coin',
      parameters: ['symbol'],
      answers: { symbol: 'BTG' },
      rows: [
        'canonical:btg 2024-03-01T06:00:00Z 100.5',
        'canonical:btg 2024-03-02T06:00:00Z 101.5',
        'canonical:btg 2024-03-03T06:00:00Z 102.5',
      ],
    },
  ],
  [
    'which end of its bar a date names',
    {
      file: { name: 'BTC-USD.csv', text: BARS },
      fault: 'unknown_bar',
      parameters: ['bar'],
      answers: { bar: 'open' },
      rows: [
        'table:btc:-:usd:1d 2024-03-02T00:00:00Z 20.5',
        'table:btc:-:usd:1d 2024-03-03T00:00:00Z 21.5',
        'table:btc:-:usd:1d 2024-03-04T00:00:00Z 22.5',
      ],
    },
  ],
  [
    'the zone of clock times',
    {
      file: { name: 'BTC-USD.csv', text: 'time,price\n2024-03-30 12:00,1.5\n2024-03-31 12:00,2.5\n' },
      fault: 'unknown_zone',
      parameters: ['zone'],
      answers: { zone: 'Europe/Berlin' },
      rows: ['canonical:btc 2024-03-30T11:00:00Z 1.5', 'canonical:btc 2024-03-31T10:00:00Z 2.5'],
    },
  ],
  [
    'the order of day and month',
    {
      file: { name: 'BTC-USD.csv', text: 'date,price\n03/04/2024,1.5\n04/04/2024,2.5\n' },
      fault: 'ambiguous_dates',
      parameters: ['date_order'],
      answers: { date_order: 'dmy' },
      rows: ['canonical:btc 2024-04-03T00:00:00Z 1.5', 'canonical:btc 2024-04-04T00:00:00Z 2.5'],
    },
  ],
  [
    'the period that name and rows disagree on',
    {
      file: { name: 'Bitstamp_BTCUSD_1h.csv', hints: { bar: 'open' }, text: BARS },
      fault: 'unknown_period',
      parameters: ['period'],
      answers: { period: '1d' },
      rows: [
        'table:btc:bitstamp:usd:1d 2024-03-02T00:00:00Z 20.5',
        'table:btc:bitstamp:usd:1d 2024-03-03T00:00:00Z 21.5',
        'table:btc:bitstamp:usd:1d 2024-03-04T00:00:00Z 22.5',
      ],
    },
  ],
  [
    'what stands before decimals',
    {
      file: { name: 'BTC-USD.csv', text: 'date;price\n2024-03-01;1.234\n2024-03-02;2.345\n' },
      fault: 'ambiguous_decimals',
      parameters: ['decimal'],
      answers: { decimal: 'comma' },
      rows: ['canonical:btc 2024-03-01T00:00:00Z 1234', 'canonical:btc 2024-03-02T00:00:00Z 2345'],
    },
  ],
  [
    'what the columns are',
    {
      file: { name: 'BTC-USD.csv', text: 'observed,CBBTC\n2024-03-01,1.5\n2024-03-02,2.5\n' },
      fault: 'unknown_header',
      parameters: ['columns'],
      answers: { columns: 'observed:date,CBBTC:price' },
      rows: ['table:btc 2024-03-01T00:00:00Z 1.5', 'table:btc 2024-03-02T00:00:00Z 2.5'],
    },
  ],
  [
    'what the columns are where there is no header',
    {
      file: { name: 'BTC-USD.csv', text: '2024-03-01,1.5\n2024-03-02,2.5\n' },
      fault: 'no_header',
      parameters: ['columns', 'header'],
      answers: { header: 'none', columns: '1:date,2:price' },
      rows: ['table:btc 2024-03-01T00:00:00Z 1.5', 'table:btc 2024-03-02T00:00:00Z 2.5'],
    },
  ],
  [
    'which coin of a wide table',
    {
      file: {
        hints: { quote: 'usd' },
        text: 'date,BTC,ETH,XRP\n2024-03-01,1.5,2.5,3.5\n2024-03-02,4.5,5.5,6.5\n',
      },
      fault: 'wide_table',
      parameters: ['columns', 'symbol'],
      answers: { columns: 'date:date,ETH:price', symbol: 'ETH' },
      rows: ['table:eth 2024-03-01T00:00:00Z 2.5', 'table:eth 2024-03-02T00:00:00Z 5.5'],
    },
  ],
  [
    'when the values are of',
    {
      file: { text: 'ticker,price_usd\nBTC,1.5\n' },
      fault: 'no_instant',
      parameters: ['observed_at'],
      answers: { observed_at: '2024-03-01T00:00:00Z' },
      rows: ['canonical:btc 2024-03-01T00:00:00Z 1.5'],
    },
  ],
])('asks for %s', async (_, { file, fault, parameters, answers, rows }) => {
  expect(await readFile(file)).toMatchObject({ fault, parameters });
  expect(await readFile({ ...file, hints: { ...file.hints, ...answers } })).toMatchObject({
    rows,
    rejects: [],
  });
});

it('asks for all open facts at once, but for at most four', async () => {
  const text = `time,open,high,low,close\n${days(3, (day) => `${day.replace(/-0?/g, '/').slice(5)}/2024 10:00,1.234,1.235,1.233,1.234`)}`;
  const asked = await readFile({ name: 'table.csv', text });
  expect(asked).toMatchObject({
    fault: 'unknown_coin',
    parameters: ['decimal', 'date_order', 'quote', 'symbol'],
  });
});

it.each<[string, GivenFile]>([
  [
    'an order of dates',
    { hints: { date_order: 'dmy' }, text: 'date,price\n01/13/2024,1.5\n01/14/2024,2.5\n' },
  ],
  [
    'a decimal mark',
    { hints: { decimal: 'point' }, text: 'date;price\n2024-03-01;0,523\n2024-03-02;0,518\n' },
  ],
  ['a period', { hints: { bar: 'open', period: '1w' }, text: BARS }],
  [
    'one instant for all rows',
    {
      hints: { observed_at: '2024-03-01T00:00:00Z' },
      text: 'year,month,day,price\n2024,3,1,1.5\n2024,3,2,2.5\n',
    },
  ],
  ['a shorter period', { hints: { bar: 'open', period: '1h' }, text: BARS }],
  [
    'the end of a bar',
    {
      hints: { bar: 'open' },
      text: `time,open,high,low,close\n${days(3, (day) => `${day}T23:59:59Z,1,2,0.5,1.5`)}`,
    },
  ],
])('refuses %s that the rows contradict', async (_, file) => {
  const hints = { symbol: 'BTC', quote: 'usd', ...file.hints };
  expect(await readFile({ ...file, hints })).toMatchObject({ fault: 'contradicted' });
});

import { describe, expect, it } from 'vitest';
import { days, type GivenFile, readFile } from './read-file.ts';

const BTC = { symbol: 'BTC', quote: 'usd' };

describe('an unused column', () => {
  it.each<[string, string, GivenFile]>([
    [
      'exchanges',
      'conflicting_evidence',
      {
        hints: { ...BTC, columns: 'time:instant,close:price' },
        text: 'time,venue,close\n2024-04-01T00:00:00Z,kraken,1.5\n2024-04-02T00:00:00Z,bitstamp,2.5\n',
      },
    ],
    [
      'coins under any name',
      'ambiguous_coin',
      {
        hints: { ...BTC, columns: 'time:instant,close:price' },
        text: 'time,product,close\n2024-04-01T00:00:00Z,BTC,1.5\n2024-04-02T00:00:00Z,ETH,2.5\n',
      },
    ],
    [
      'coins, though it is to be ignored',
      'ambiguous_coin',
      {
        hints: { ...BTC, columns: 'time:instant,close:price,coin:ignore' },
        text: 'time,coin,close\n2024-04-01T00:00:00Z,BTC,1.5\n2024-04-02T00:00:00Z,ETH,2.5\n',
      },
    ],
    [
      'one coin, but not the one that is told',
      'ambiguous_coin',
      {
        hints: { ...BTC, columns: 'time:instant,close:price' },
        text: 'time,asset,close\n2024-04-01T00:00:00Z,ETH,1.5\n2024-04-02T00:00:00Z,ETH,2.5\n',
      },
    ],
    [
      'another currency',
      'quote_not_usd',
      {
        hints: { ...BTC, columns: 'time:instant,close:price' },
        text: 'time,currency,close\n2024-04-01T00:00:00Z,EUR,1.5\n2024-04-02T00:00:00Z,EUR,2.5\n',
      },
    ],
    [
      'clock times beside dates alone',
      'conflicting_evidence',
      {
        hints: { ...BTC, columns: 'day:date,close:price' },
        text: 'day,at,close\n2024-04-01,23:59,1.5\n2024-04-02,23:59,2.5\n',
      },
    ],
  ])('may not name %s', async (_, fault, file) => {
    expect(await readFile(file)).toMatchObject({ fault });
  });

  it('may name one thing that agrees, and binds later rows to it', async () => {
    const text = `time,exchange,currency,price\n${days(5, (day, at) => `${day}T10:00:00Z,Kraken,${at < 4 ? 'USD' : 'usd'},${at}.5`)}`;
    const read = await readFile({
      hints: { symbol: 'BTC', columns: 'time:instant,price:price', quote: 'usd' },
      text,
    });
    expect(read).toMatchObject({
      plan: {
        fixed: [
          { position: 1, text: 'kraken' },
          { position: 2, text: 'usd' },
        ],
      },
    });
    expect(read).toMatchObject({ rejects: [] });
  });

  it('rejects a later row that contradicts it, if samples could not show it', async () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => {
      const time = new Date(Date.UTC(2024, 0, 1) + at * 3_600_000).toISOString();
      return `${time},${at === 2_000 ? 'bitstamp' : 'kraken'},${at}.5`;
    });
    const read = await readFile({
      hints: { ...BTC, columns: 'time:instant,price:price' },
      text: `time,exchange,price\n${rows.join('\n')}\n`,
    });
    expect(read).toMatchObject({ rejects: ['contradicts_plan'] });
  });
});

describe('whose prices', () => {
  it.each<[string, GivenFile, string[]]>([
    [
      'each row of a known form says under another name',
      {
        name: 'prices.csv',
        text: `Date,Open,High,Low,Close,Adj Close,Volume,Ticker\n${days(3, (day) => `${day},1,3,0.5,2.5,2.5,9,BTC-USD`)}${days(3, (day) => `${day},1,3,0.5,1.5,1.5,9,ETH-USD`)}`,
      },
      [
        'yahoo:btc:-:usd:1d 2024-03-02T00:00:00Z 2.5',
        'yahoo:btc:-:usd:1d 2024-03-03T00:00:00Z 2.5',
        'yahoo:btc:-:usd:1d 2024-03-04T00:00:00Z 2.5',
        'yahoo:eth:-:usd:1d 2024-03-02T00:00:00Z 1.5',
        'yahoo:eth:-:usd:1d 2024-03-03T00:00:00Z 1.5',
        'yahoo:eth:-:usd:1d 2024-03-04T00:00:00Z 1.5',
      ],
    ],
    [
      'a column of currencies names, when it holds coins',
      { text: 'date,currency,price_usd\n2024-03-01,BTC,1.5\n2024-03-01,ETH,2.5\n' },
      ['canonical:btc 2024-03-01T00:00:00Z 1.5', 'canonical:eth 2024-03-01T00:00:00Z 2.5'],
    ],
    [
      'a column of names says',
      {
        hints: { quote: 'usd' },
        text: 'snapped_at,price,market_cap,total_volume,coin\n2024-03-01 00:00:00 UTC,1.5,1,1,bitcoin\n2024-03-01 00:00:00 UTC,2.5,1,1,ethereum\n',
      },
      ['coingecko:bitcoin 2024-03-01T00:00:00Z 1.5', 'coingecko:ethereum 2024-03-01T00:00:00Z 2.5'],
    ],
    [
      'tickers that end like a currency are',
      { text: 'date,symbol,price_usd\n2024-03-01,STETH,1.5\n2024-03-01,BTC,2.5\n' },
      ['canonical:steth 2024-03-01T00:00:00Z 1.5', 'canonical:btc 2024-03-01T00:00:00Z 2.5'],
    ],
  ])('%s', async (_, file, rows) => {
    expect(await readFile(file)).toMatchObject({ rows, rejects: [] });
  });

  it('are only those of the pairs in the currency of the file', async () => {
    const text = 'symbol,price,time\nBTCEUR,1.5,1717200000\nBTCUSDT,2.5,1717200000\nETH/USD,3.5,1717200000\n';
    expect(await readFile({ hints: { quote: 'usdt' }, text })).toMatchObject({
      rows: ['canonical:btc 2024-06-01T00:00:00Z 2.5'],
      rejects: ['quote_not_usd', 'quote_not_usd'],
    });
  });

  it.each<[string, GivenFile]>([
    [
      'a coin beside the one told',
      { hints: BTC, text: 'date,symbol,price\n2024-03-01,BTC,1.5\n2024-03-01,ETH,2.5\n' },
    ],
    ['another name than the one told', { hints: BTC, text: 'date,name,price\n2024-03-01,Ethereum,1.5\n' }],
    ['coins and pairs', { text: 'date,symbol,price_usd\n2024-03-01,XRP,1.5\n2024-03-01,BTC/EUR,2.5\n' }],
  ])('may not be of %s', async (_, file) => {
    expect(await readFile(file)).toMatchObject({ fault: 'ambiguous_coin' });
  });
});

describe('a word that names no coin', () => {
  it('is unknown under a name that several coins share', async () => {
    const text = 'date,market,product,price_usd\n2024-03-01,spot,crypto,1.5\n2024-03-02,spot,crypto,2.5\n';
    expect(await readFile({ text })).toMatchObject({ fault: 'unknown_coin', parameters: ['symbol'] });
    const told = await readFile({ hints: { symbol: 'BTC' }, text });
    expect(told).toMatchObject({
      rows: ['canonical:btc 2024-03-01T00:00:00Z 1.5', 'canonical:btc 2024-03-02T00:00:00Z 2.5'],
      plan: { coin: { symbol: 'BTC', name: null } },
    });
  });

  it('makes the file a mixture if there are several', async () => {
    const text = 'date,code,price_usd\n2024-03-01,alpha,1.5\n2024-03-02,beta,2.5\n';
    expect(await readFile({ hints: { symbol: 'BTC' }, text })).toMatchObject({ fault: 'ambiguous_coin' });
  });

  it('is not a coin because of its capitals, in a column of another name', async () => {
    const text = 'date,note,price_usd\n2024-03-01,BTC,1.5\n2024-03-02,ETH,2.5\n';
    expect(await readFile({ name: 'btc.csv', text })).toMatchObject({ fault: 'ambiguous_coin' });
  });

  it('may be a coin in a column of identifiers if identity knows it', async () => {
    const text = 'date,code,price_usd\n2024-03-01,BTC,1.5\n2024-03-02,ETH,2.5\n';
    expect(await readFile({ text })).toMatchObject({
      rows: ['canonical:btc 2024-03-01T00:00:00Z 1.5', 'canonical:eth 2024-03-02T00:00:00Z 2.5'],
    });
  });
});

describe('prices in another currency', () => {
  it.each<[string, GivenFile]>([
    ['in the pair of each row', { text: 'date,pair,close\n2024-03-01,BTC/PLN,1.5\n' }],
    ['in a pair of no known currency', { text: 'date,pair,close\n2024-03-01,BTC/XYZ,1.5\n' }],
    ['in the name of the price', { hints: BTC, text: 'date,Price (THB)\n2024-03-01,1.5\n' }],
    [
      'in the name of the volume',
      { hints: BTC, text: 'date,close,Volume BTC,Volume EUR\n2024-03-01,1.5,1,1\n' },
    ],
    [
      'in the file name',
      { name: 'ltc-uah-max.csv', hints: { symbol: 'LTC' }, text: 'date,price\n2024-03-01,1.5\n' },
    ],
    ['beside the figures', { hints: BTC, text: 'date,price\n2024-03-01,€1.5\n2024-03-02,€2.5\n' }],
    ['in a column of any name', { hints: BTC, text: 'date,price,money\n2024-03-01,1.5,GBP\n' }],
    ['in the parameter', { hints: { symbol: 'BTC', quote: 'eur' }, text: 'date,price\n2024-03-01,1.5\n' }],
    ['in USDT, unasked', { text: 'date,pair,close\n2024-03-01,BTC/USDT,1.5\n' }],
  ])('are refused: %s', async (_, file) => {
    expect(await readFile(file)).toMatchObject({ fault: 'quote_not_usd' });
  });
});

describe('columns that the rows contradict', () => {
  const text = `time,a,b,c,d\n${days(4, (day) => `${day}T00:00:00Z,10,12,8,11`)}`;
  const said = { ...BTC, bar: 'open' as const };

  it('are refused if a low is above a high', async () => {
    const hints = { ...said, columns: 'time:instant,a:open,b:low,c:high,d:close' };
    expect(await readFile({ hints, text })).toMatchObject({ fault: 'contradicted', parameters: ['columns'] });
  });

  it('are refused if a close is above the high', async () => {
    const hints = { ...said, columns: 'time:instant,a:open,d:high,c:low,b:close' };
    expect(await readFile({ hints, text })).toMatchObject({ fault: 'contradicted' });
  });

  it('are read as the parameter says if the rows agree', async () => {
    const hints = { ...said, columns: 'time:instant,a:open,b:high,c:low,d:close' };
    expect(await readFile({ hints, text })).toMatchObject({
      rejects: [],
      plan: { reader: 'columns', period: '1d' },
    });
  });
});

it('reads per cent as a change, and rejects it as a price', async () => {
  const text = 'date,price,percent_change_24h\n2024-03-01,12%,1.5%\n2024-03-02,13.5,2%\n';
  expect(await readFile({ hints: BTC, text })).toMatchObject({
    rows: ['canonical:btc 2024-03-02T00:00:00Z 13.5'],
    rejects: ['invalid_number'],
  });
});

describe('a table without prices', () => {
  it.each<[string, string, string]>([
    ['a web page', 'not_a_table', '<!DOCTYPE html>\n<html><head><title>Wait</title></head></html>\n'],
    ['JSON', 'not_a_table', '{"prices":[[1,2]]}\n'],
    ['trades', 'not_prices', 'time,pair,side,price,size\n2024-03-01T00:00:00Z,BTC-USD,buy,1.5,2\n'],
    ['orders', 'not_prices', 'Date,Order ID,Price,Amount\n2024-03-01,7,1.5,2\n'],
    ['holdings', 'not_prices', 'Coin,Quantity,Price,Value\nBTC,2,1.5,3\n'],
    ['goods', 'not_prices', 'id,name,price,stock,category\n1,Hat,1.5,3,wear\n'],
  ])('is reported as such: %s', async (_, fault, text) => {
    expect(await readFile({ hints: BTC, text })).toMatchObject({ fault });
  });
});

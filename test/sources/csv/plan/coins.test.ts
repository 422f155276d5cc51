import { describe, expect, it } from 'vitest';
import { days, type GivenFile, readFile } from './read-file.ts';

const BTC = { symbol: 'BTC', quote: 'usd' };

describe('a column that names the coin, beside a coin that the sender names', () => {
  const OF_TWO = (header: string, [one, other]: [string, string]) =>
    `time,${header},price\n${days(6, (day, at) => `${day}T00:00:00Z,${at < 3 ? one : other},${at}.5`)}`;

  it.each<[string, GivenFile]>([
    ['ids', { hints: BTC, text: OF_TWO('slug', ['bitcoin', 'ethereum']) }],
    ['numbers of a vendor', { hints: BTC, text: OF_TWO('coin_id', ['1', '1027']) }],
    ['external ids', { hints: BTC, text: OF_TWO('external_id', ['canonical:btc', 'canonical:eth']) }],
    [
      'ids, beside an id of ours',
      { hints: { asset: 'btc-bitcoin', quote: 'usd' }, text: OF_TWO('asset_id', ['bitcoin', 'ethereum']) },
    ],
    [
      'names of one ticker',
      { hints: BTC, text: OF_TWO('symbol,name', ['BTC,Bitcoin', 'BTC,Bitcoin Tribute']) },
    ],
    ['only another coin', { hints: BTC, text: OF_TWO('slug', ['ethereum', 'ethereum']) }],
  ])('may not name several coins: %s', async (_, file) => {
    expect(await readFile(file)).toMatchObject({
      fault: 'ambiguous_coin',
      parameters: expect.arrayContaining(['columns']),
    });
  });

  it('binds the rows that samples could not show', async () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => {
      const time = new Date(Date.UTC(2024, 0, 1) + at * 3_600_000).toISOString();
      return `${time},${at === 2_000 ? 'ethereum' : at % 2 === 0 ? 'Bitcoin' : 'bitcoin'},${at}.5`;
    });
    const read = await readFile({ hints: BTC, text: `time,slug,price\n${rows.join('\n')}\n` });
    expect(read).toMatchObject({ rejects: ['contradicts_plan'] });
    expect(read).toHaveProperty('rows.length', 2_999);
  });

  it('may hold numbers that the sender ignores', async () => {
    const text = OF_TWO('id', ['10', '25']);
    const hints = { ...BTC, columns: 'time:instant,price:price,id:ignore' };
    expect(await readFile({ hints, text })).toHaveProperty('rows.length', 6);
  });
});

describe('a ticker with several names', () => {
  const text = `time,symbol,name,price\n${days(4, (day, at) => `${day}T00:00:00Z,BTC,${at < 2 ? 'Bitcoin' : 'Batcoin'},${at}.5`)}`;

  it('is more than one coin', async () => {
    const read = await readFile({ hints: { quote: 'usd' }, text });
    expect(read).toMatchObject({ fault: 'ambiguous_coin', parameters: ['columns'] });
  });

  it('is read by its names if the sender says so', async () => {
    const hints = { quote: 'usd', columns: 'time:instant,price:price,name:coin,symbol:ignore' };
    expect(await readFile({ hints, text })).toMatchObject({
      rows: [
        'table:bitcoin 2024-03-01T00:00:00Z 0.5',
        'table:bitcoin 2024-03-02T00:00:00Z 1.5',
        'table:batcoin 2024-03-03T00:00:00Z 2.5',
        'table:batcoin 2024-03-04T00:00:00Z 3.5',
      ],
    });
  });

  it('may stand in a broken row, which is no evidence', async () => {
    const broken = `time,symbol,name,price\nBTC,x,y,z\n${days(3, (day) => `${day}T00:00:00Z,BTC,Bitcoin,1.5`)}BTC,BTC,x,z\n`;
    for (const hints of [{ quote: 'usd' }, BTC]) {
      const read = await readFile({ hints, text: broken });
      expect(read).toHaveProperty('rows.length', 3);
      expect(read).toHaveProperty('rejects.length', 2);
    }
  });

  it('may have its names in any case', async () => {
    const same = text.replaceAll('Batcoin', 'BITCOIN');
    expect(await readFile({ hints: { quote: 'usd' }, text: same })).toHaveProperty('rows.length', 4);
  });
});

describe('a column id that counts the rows', () => {
  const text = (from: number, step: number) =>
    `id,date,price\n${days(4, (day, at) => `${from + step * at},${day},${at}.5`)}`;

  it.each([
    [1, 1],
    [4_000, -1],
  ])('names no coins (from %i by %i)', async (from, step) => {
    expect(await readFile({ name: 'btc-usd.csv', text: text(from, step) })).toMatchObject({
      plan: { coin: { id: 'btc' } },
      rows: [
        'canonical:btc 2024-03-01T00:00:00Z 0.5',
        'canonical:btc 2024-03-02T00:00:00Z 1.5',
        'canonical:btc 2024-03-03T00:00:00Z 2.5',
        'canonical:btc 2024-03-04T00:00:00Z 3.5',
      ],
    });
  });

  it('names no coins beside a column of pairs under any name', async () => {
    const rows = days(3, (day, at) => `${at % 2},${day},BTC/USD,${at}.5`);
    expect(await readFile({ text: `id,date,product,price\n${rows}` })).toHaveProperty(
      'rows.0',
      'canonical:btc 2024-03-01T00:00:00Z 0.5',
    );
  });

  it('names no coins either if it has random ids, each once', async () => {
    const uuid = (at: number) => `9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6${at}`;
    const rows = (idOf: (at: number) => string) => days(3, (day, at) => `${idOf(at)},${day},${at}.5`);
    const name = 'btc-usd.csv';
    expect(await readFile({ name, text: `id,date,price\n${rows(uuid)}` })).toHaveProperty(
      'rows.2',
      'canonical:btc 2024-03-03T00:00:00Z 2.5',
    );
    // A repeated one is a vendor's id of a coin.
    expect(await readFile({ name, text: `id,date,price\n${rows(() => uuid(7))}` })).toHaveProperty(
      'rows.2',
      `canonical:${uuid(7)} 2024-03-03T00:00:00Z 2.5`,
    );
  });

  it('leaves the coin open if nothing else names it', async () => {
    expect(await readFile({ name: 'prices.csv', hints: { quote: 'usd' }, text: text(1, 1) })).toMatchObject({
      fault: 'unknown_coin',
      parameters: ['symbol'],
    });
  });
});

describe('a column of any name', () => {
  const text = (column: string, one: string, other: string) =>
    `date,${column},price\n${days(4, (day, at) => `${day},${at % 2 === 0 ? one : other},${at}.5`)}`;

  it.each([
    ['names that identity knows', 'thing', 'bitcoin', 'Huobi Token'],
    [
      'addresses of contracts',
      'address',
      '0xdac17f958d2ee523a2206206994597c13d831ec7',
      '0x514910771af9ca656af840dff83e8464ecf986ca',
    ],
  ])('may not hold several %s', async (_, column, one, other) => {
    expect(await readFile({ hints: BTC, text: text(column, one, other) })).toMatchObject({
      fault: 'ambiguous_coin',
      parameters: ['columns'],
    });
  });

  it('may hold names of chains, and words that are no coins', async () => {
    const chains = await readFile({ hints: BTC, text: text('network', 'Bitcoin', 'Ethereum') });
    expect(chains).toHaveProperty('rows.length', 4);
    const words = await readFile({ hints: BTC, text: text('trend', 'up', 'down') });
    expect(words).toHaveProperty('rows.length', 4);
  });
});

describe('a file name with two coins', () => {
  const text = `timestamp,price_usd\n${days(3, (day, at) => `${day}T00:00:00Z,6000${at}`)}`;

  it.each(['USDT_BTC.csv', 'old_btc_new_eth.csv', 'ETHBTC.csv'])(
    'does not say which one prices in dollars belong to: %s',
    async (name) => {
      expect(await readFile({ name, text })).toMatchObject({
        fault: 'ambiguous_coin',
        parameters: ['symbol'],
      });
      expect(await readFile({ name, text, hints: { symbol: 'BTC' } })).toMatchObject({
        plan: { coin: { id: 'btc' } },
      });
    },
  );

  it('says it if the other one stands for dollars', async () => {
    expect(await readFile({ name: 'BTC_USDT.csv', text })).toMatchObject({ plan: { coin: { id: 'btc' } } });
  });
});

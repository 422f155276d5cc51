import { type Contract, listed, single } from '../contract.ts';
import { CoinpaprikaContract, CoinpaprikaGlobal, CoinpaprikaTicker } from './record.ts';

const source = 'coinpaprika';

export const coinpaprikaContracts: readonly Contract[] = [
  {
    source,
    name: 'tickers',
    covers: (endpoint) => endpoint === 'tickers',
    record: CoinpaprikaTicker,
    records: listed,
  },
  {
    source,
    name: 'global',
    covers: (endpoint) => endpoint === 'global',
    record: CoinpaprikaGlobal,
    records: single,
  },
  {
    source,
    name: 'contracts/{platform}',
    covers: (endpoint) => endpoint.startsWith('contracts/'),
    record: CoinpaprikaContract,
    records: listed,
  },
];

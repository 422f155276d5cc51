import { type Contract, listed, single } from '../contract.ts';
import { isObject } from '../read-record.ts';
import { CoingeckoCoin, CoingeckoGlobal, CoingeckoMarket } from './record.ts';

const source = 'coingecko';

export const coingeckoContracts: readonly Contract[] = [
  {
    source,
    name: 'coins/markets',
    covers: (endpoint) => endpoint.startsWith('coins/markets'),
    record: CoingeckoMarket,
    records: listed,
  },
  {
    source,
    name: 'global',
    covers: (endpoint) => endpoint === 'global',
    record: CoingeckoGlobal,
    records: (body) => (isObject(body) ? single(body.data) : []),
  },
  {
    source,
    name: 'coins/list',
    covers: (endpoint) => endpoint === 'coins/list',
    record: CoingeckoCoin,
    records: listed,
  },
];

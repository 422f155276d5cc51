import type { Columns, Role } from '../../dialect.ts';
import { currenciesOf, currencyInHeader, isMoney } from '../../forms/currency.ts';
import { readFigure } from '../../forms/figures.ts';
import { columnName } from '../head/column-name.ts';
import { type Samples, textsAt } from '../samples.ts';
import type { PlanCoin } from '../types.ts';
import type { KnownCoins } from './known-coins.ts';

const PRICES: readonly Role[] = ['price', 'open', 'high', 'low', 'cap'];
/** US dollars, and tokens that venues count as such in the names of their volumes. */
const DOLLARS = new Set(['usd', 'usdt', 'usdc', 'busd', 'tusd', 'fdusd']);

/** The currencies of the prices in the header: `Price (PLN)`, `PriceUSD`, `Volume EUR` beside `Volume BTC`. */
export function headerCurrencies(
  { header, columns }: { header: string[]; columns: Columns },
  coin: PlanCoin,
  coins: KnownCoins,
): string[] {
  const stated = new Set<string>();
  for (const role of PRICES) {
    const at = columns[role];
    const currency = at === undefined ? null : currencyInHeader(header[at] ?? '');
    const [code, ...more] = currency?.codes ?? [];
    if (code !== undefined && more.length === 0) stated.add(code);
  }
  for (const [at, name] of header.entries()) {
    if (!/^vol/.test(columnName(name)) || columns.change === at) continue;
    const [code, ...more] = currencyInHeader(name)?.codes ?? [];
    if (code === undefined || more.length > 0 || isCoin(code, coin, coins)) continue;
    // A volume in dollars agrees with prices in any dollar token, and adds no evidence.
    if (DOLLARS.has(code) ? code === 'usd' && stated.size === 0 : isMoney(code)) stated.add(code);
  }
  return [...stated];
}

/** The currencies beside the digits of figures: `€57,000` means euros; `$` is ambiguous and means none. */
export function figureCurrencies(columns: Columns, { rows }: Samples): string[] {
  const stated = new Set<string>();
  for (const role of PRICES) {
    const at = columns[role];
    if (at === undefined) continue;
    for (const text of textsAt(rows, at)) {
      const reading = readFigure(text, 'point');
      const sign = reading.fault === undefined ? reading.currency : SIGN.exec(text)?.[0];
      const codes = sign ? currenciesOf(sign) : [];
      const [code] = codes;
      if (code !== undefined && (codes.length === 1 || !codes.includes('usd'))) stated.add(code);
    }
  }
  return [...stated];
}

const SIGN = /\p{Sc}/u;

const isCoin = (code: string, { symbol, id }: PlanCoin, coins: KnownCoins): boolean =>
  symbol?.toLowerCase() === code || (id !== null && coins.mayBeSame(code, symbol ?? id));

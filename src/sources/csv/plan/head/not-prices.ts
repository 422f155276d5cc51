import { CsvFault } from '../../fault.ts';
import { isMoney } from '../../forms/currency.ts';
import { columnName } from './column-name.ts';

/** Columns of tables without prices: at least one name of each group. */
const OTHERS: readonly { what: string; groups: readonly (readonly string[])[] }[] = [
  {
    what: 'trades or orders',
    groups: [
      ['side', 'action', 'buy_sell', 'order_type', 'transaction_type', 'trade_type', 'is_buyer_maker'],
      [
        'size',
        'quantity',
        'qty',
        'amount',
        'fee',
        'fees',
        'commission',
        'filled',
        'executed',
        'total',
        'shares',
        'units',
        'cost',
      ],
    ],
  },
  {
    what: 'trades or orders',
    groups: [
      [
        'trade_id',
        'tradeid',
        'order_id',
        'orderid',
        'fill_id',
        'txid',
        'tx_hash',
        'transaction_id',
        'transaction_hash',
      ],
      [
        'size',
        'quantity',
        'qty',
        'amount',
        'fee',
        'fees',
        'commission',
        'price',
        'total',
        'cost',
        'vol',
        'volume',
      ],
    ],
  },
  {
    what: 'trades or orders',
    groups: [
      ['fee', 'fees', 'commission'],
      ['amount', 'quantity', 'qty', 'size', 'total', 'cost'],
    ],
  },
  {
    what: 'trades or holdings',
    groups: [
      ['quantity', 'qty', 'shares', 'units', 'holdings', 'holding', 'balance'],
      [
        'fee',
        'fees',
        'commission',
        'cost_basis',
        'value',
        'balance',
        'profit',
        'profit_loss',
        'pnl',
        'gain',
        'average_cost',
        'avg_price',
        'avg_buy_price',
        'average_price',
        'current_value',
        'allocation',
        'account',
        'wallet',
        'action',
      ],
    ],
  },
  {
    what: "a shop's goods",
    groups: [
      [
        'sku',
        'stock',
        'in_stock',
        'inventory',
        'barcode',
        'ean',
        'upc',
        'isbn',
        'brand',
        'category',
        'description',
        'product_name',
        'product_id',
        'shipping',
        'weight',
        'color',
        'colour',
        'size',
        'vendor',
        'rating',
        'reviews',
        'discount',
      ],
      ['price', 'unit_price', 'list_price', 'retail_price', 'sale_price', 'cost'],
    ],
  },
];

/** Names that only tables of prices have. */
const PRICE_NAMES = new Set(
  'open high low close adj_close market_cap marketcap snapped_at price_usd'.split(' '),
);

/** Throws CsvFault for the header of a table without prices. */
export function demandPrices(header: string[]): void {
  const names = new Set(header.map(columnName));
  if ([...names].some((name) => PRICE_NAMES.has(name))) return;
  const found = OTHERS.find(({ groups }) => groups.every((group) => group.some((name) => names.has(name))));
  if (found === undefined) return;
  throw new CsvFault(
    'not_prices',
    `The columns are those of ${found.what}, not of prices over time. Nothing is read from such a file.`,
  );
}

const TICKER = /^[A-Z][A-Z0-9]{1,9}(?:[-/_][A-Z]{3,5})?$/;

/** Whether a header has a date and then a coin in each column. */
export function isWide(header: string[]): boolean {
  const [first = '', ...rest] = header;
  const coins = rest.filter((name) => TICKER.test(name));
  const isDate = /date|time|day|^$|^unnamed/i.test(first);
  return isDate && coins.length >= 2 && coins.length * 2 > rest.length && !rest.every(isMoney);
}

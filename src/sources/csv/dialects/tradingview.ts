import { canonicalPeriod, periodOfMinutes } from '../../../domain/files/period.ts';
import type { Dialect } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import { columnName } from '../plan/head/column-name.ts';
import { baseName } from './exchange-name.ts';

/** `COINBASE_BTCUSD, 1D.csv`, with additions by the browser and TradingView. */
const NAME = /^([A-Z\d]+)_[A-Z\d]+, ?(\d*[DWMSH]?)(?:_[\da-f]{5})?(?: ?\(\d+\))?\.csv$/;

/**
 * TradingView's "Export chart data", recognised by its file name; columns of indicators may follow the first five.
 */
export const tradingview: Dialect = {
  id: 'tradingview',
  title: 'TradingView chart export',
  convention:
    'time is the instant at which a bar opens; the close is stored at the instant the bar ends, one period later. Volume counts coins and is not stored.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'one' },
  columns: {
    instant: ['time'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    volume_base: ['volume'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: () => false,
  find: ([first], filename) => {
    const names = (first?.cells ?? []).map(columnName);
    const isChart = ['time', 'open', 'high', 'low', 'close'].every((name, at) => names[at] === name);
    const [, exchange, length] = NAME.exec(baseName(filename)) ?? [];
    if (first === undefined || !isChart || length === undefined) return null;
    if (exchange === 'CRYPTOCAP')
      throw new CsvFault(
        'not_prices',
        'CRYPTOCAP charts show market capitalisations, not prices. Export the chart of an exchange.',
      );
    const volume = names.indexOf('volume');
    const columns = { instant: 0, open: 1, high: 2, low: 3, price: 4 };
    return {
      header_records: 1,
      header: first.cells,
      columns: volume < 0 ? columns : { ...columns, volume_base: volume },
      period: periodOfMinutes(length) ?? canonicalPeriod(length),
    };
  },
  is_machine: true,
  zone: null,
  quote: null,
  zero_volume: 'zero',
};

import { isZero } from '../../domain/decimal.ts';
import { LABEL_CHARS_MAX, told } from '../fields.ts';
import { observedAt } from '../observe.ts';
import { unexpected } from '../read-list.ts';
import { isObject, readRecord } from '../read-record.ts';
import type { ReadContext, Reading } from '../source.ts';
import { CoingeckoRate } from './record.ts';

const DOLLAR = 'usd';
const CODE = /^[a-z0-9]+$/;

/** The records of the reply, by their codes. */
export const ratesIn = (body: unknown): Record<string, unknown> =>
  isObject(body) && isObject(body.rates) ? body.rates : {};

/**
 * The price of a bitcoin in each currency. The reply has no time. All others are converted through dollars, so a
 * reply without them is useless.
 */
export function readRates(body: unknown, context: ReadContext): Reading[] {
  const { observed_at, flags } = observedAt(null, context);
  const readings = Object.entries(ratesIn(body)).map(([currency, record]) => {
    const pointer = `/rates/${currency.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return readRecord(CoingeckoRate, { record, pointer }, ({ name, value }) => {
      if (!CODE.test(currency) || currency.length > LABEL_CHARS_MAX)
        return { code: 'missing_id', message: 'The code of the currency is not letters and digits.' };
      if (value === null || isZero(value))
        return { code: 'invalid_number', message: `value is ${value === null ? 'missing' : 'zero'}.` };
      const rate = { currency, name: told(name), units_per_btc: value, observed_at, flags, pointer };
      return { type: 'rate', rate };
    });
  });
  if (!readings.some((reading) => reading.type === 'rate' && reading.rate.currency === DOLLAR))
    throw unexpected('what a bitcoin costs in currencies, US dollars among them', body);
  return readings;
}

import { once } from './once.ts';

/** The languages in which Investing.com shows its tables. */
const LANGUAGES =
  'en de fr es it pt nl pl ru tr sv fi da nb hu cs ro el he ar hi th ja ko zh vi id ms uk bg hr'.split(' ');

/** The number of the month that a word names, in full or abbreviated; null for other words. */
export function monthOf(word: string): number | null {
  const name = plain(word);
  return english().get(name) ?? all().get(name) ?? null;
}

const plain = (word: string): string => word.normalize('NFC').toLowerCase().replace(/\.$/, '');

const english = once(() => namesIn(['en']));
const all = once(() => namesIn(LANGUAGES));

/** Names of months; a name of different months in two languages (`listopad`) is omitted. */
function namesIn(languages: string[]): ReadonlyMap<string, number> {
  const meanings = new Map<string, Set<number>>();
  for (const format of languages.flatMap(formatsIn))
    for (let month = 1; month <= 12; month += 1) {
      const parts = format.formatToParts(Date.UTC(2024, month - 1, 15));
      const name = plain(parts.find(({ type }) => type === 'month')?.value ?? '');
      meanings.set(name, (meanings.get(name) ?? new Set<number>()).add(month));
    }
  const named = new Map<string, number>();
  for (const [name, [month = 0, ...more]] of meanings)
    if (more.length === 0 && /^\p{L}[\p{L}\p{M}]*$/u.test(name)) named.set(name, month);
  if (languages.includes('en')) named.set('sept', 9);
  return named;
}

/** Long and short, as a month alone and beside a day: many languages inflect it. */
const formatsIn = (language: string): Intl.DateTimeFormat[] =>
  (['long', 'short'] as const).flatMap((month) =>
    [{}, { day: 'numeric' } as const].map(
      (beside) =>
        new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, { ...beside, month, timeZone: 'UTC' }),
    ),
  );

import { excerpt } from '../../../domain/text.ts';
import { CsvFault } from '../fault.ts';

export interface QuoteEvidence {
  /** What the sender says. */
  asked: string | null;
  /** What the rows or the header say, in lower case; empty when they are silent. */
  told: string[];
  /** What the file name says. */
  named: string | null;
}

/** Settles the currency of the prices: `usd`, or `usdt` when the sender says so. Throws CsvFault. */
export function chooseQuote({ asked, told, named }: QuoteEvidence): 'usd' | 'usdt' {
  const quote = asked?.toLowerCase() ?? 'usd';
  if (quote !== 'usd' && quote !== 'usdt') throw notUsd(quote, 'The parameter quote says');
  if (told.length > 0) {
    if (!told.includes(quote)) throw notUsd(told[0] ?? '', 'The rows say');
    return quote;
  }
  if (asked === null && named !== null && named !== 'usd') throw notUsd(named, 'The file name says');
  return quote;
}

function notUsd(quote: string, who: string): CsvFault {
  const name = /^[a-z]{2,5}$/.test(quote) ? quote.toUpperCase() : excerpt(quote, 60);
  return new CsvFault('quote_not_usd', `${who} that the prices are in ${name}. ${REMEDY[quote] ?? SEND_USD}`);
}

const SEND_USD =
  'Only prices in US dollars are taken: send an export in USD, or quote=usd where only the file name is wrong.';

const REMEDY: Readonly<Record<string, string>> = {
  usd: 'Leave out quote=usdt.',
  usdt: 'To take one USDT for one US dollar, flagged quote_usdt, send quote=usdt.',
};

import { excerpt } from '../../../../domain/text.ts';
import { CsvFault } from '../../fault.ts';
import type { Questions } from '../questions.ts';

export interface QuoteEvidence {
  /** The sender's parameter. */
  asked: string | null;
  /** The currencies in the rows, in lower case; empty if there are none. A row in another currency is rejected. */
  told: string[];
  /** The currencies in the header. */
  headed: string[];
  /** The currency in the file name. */
  named: string | null;
  /** The vendor's documented currency. */
  documented: string | null;
}

/** Settles the currency of the prices: `usd`, or `usdt` if the sender says so. Asks, or throws CsvFault. */
export function chooseQuote(evidence: QuoteEvidence, questions: Questions): 'usd' | 'usdt' {
  const { asked, told, headed, named, documented } = evidence;
  const quote = asked?.toLowerCase() ?? 'usd';
  if (quote !== 'usd' && quote !== 'usdt') throw notUsd(quote, PARAMETER);
  const foreign = headed.find((code) => code !== quote);
  if (foreign !== undefined) throw notUsd(foreign, 'The header says');
  if (told.length > 0) {
    if (!told.includes(quote)) throw notUsd(told[0] ?? '', 'The rows say');
    return quote;
  }
  if (headed.length > 0) return quote;
  if (asked === null && named !== null && named !== 'usd') throw notUsd(named, 'The file name says');
  if (asked === null && named === null && documented === null)
    questions.ask(
      'unknown_quote',
      'Nothing says the currency of the prices. If they are in US dollars, say quote=usd; no other currency is read, but for USDT with quote=usdt.',
    );
  return quote;
}

function notUsd(quote: string, who: string): CsvFault {
  const name = /^[a-z]{2,5}$/.test(quote) ? quote.toUpperCase() : excerpt(quote, 60);
  const rename = who === PARAMETER ? '' : ' Where only the file name is wrong, rename it.';
  return new CsvFault(
    'quote_not_usd',
    `${who} that the prices are in ${name}. ${REMEDY[quote] ?? `${SEND_USD}${rename}`}`,
  );
}

const PARAMETER = 'The parameter quote says';
const SEND_USD = 'Only prices in US dollars are taken: send an export in USD.';

const REMEDY: Readonly<Record<string, string>> = {
  usd: 'Leave out quote=usdt.',
  usdt: 'To take one USDT for one US dollar, flagged quote_usdt, send quote=usdt.',
};

import type { Ask, Query } from './ask.ts';
import { amount, idText, line, quoted } from './words.ts';

// The fields of replies that the tools read. Numbers are texts, because the requests have decimals=string.

export interface Meta {
  attribution: { source: string; text: string; url: string | null }[];
  warnings?: string[];
  ambiguous?: Candidate[];
  as_of?: string;
  thinned_before?: string;
}

export interface Candidate {
  asset: string;
  symbol: string | null;
  name: string | null;
  rank: number | null;
  market_cap_usd: string | null;
}

export interface Page<Row> {
  data: Row[];
  pagination: { returned: number; total: number | null; next_cursor: string | null };
  meta: Meta;
}

/** The size of a page for an agent, which reads every row. */
export const pageQuery = (
  { cursor, limit, ...input }: Query & { cursor?: string | undefined; limit?: number | undefined },
  first: { limit: number; order?: 'asc' | 'desc' },
): Query =>
  cursor === undefined
    ? { ...first, ...defined(input), ...defined({ limit }), decimals: 'string' }
    : { cursor, limit, decimals: 'string' };

const defined = (query: Query): Query =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));

const SIMILAR_MAX = 5;
const PART_CHARS_MAX = 40;

/** Assets that match a part of an unknown name; the longest part with matches decides. */
export async function similarTo(ask: Ask, name: string): Promise<string[]> {
  // A prefix of a source or a chain does not name the coin.
  const own = name.slice(name.indexOf(':') + 1);
  const parts = own.split(/[^\p{L}\p{N}]+/u).filter(({ length }) => length > 2 && length <= PART_CHARS_MAX);
  for (const q of parts.toSorted((a, b) => b.length - a.length).slice(0, 2)) {
    const { data } = await ask<Page<{ asset: string }>>('/assets', { q, limit: SIMILAR_MAX, status: 'all' });
    if (data.length > 0) return data.map(({ asset }) => asset);
  }
  return [];
}

const candidateText = ({ asset, symbol, name, rank, market_cap_usd }: Candidate): string =>
  line(
    `- ${idText(asset)}`,
    `symbol ${quoted(symbol)}, name ${quoted(name)}`,
    rank === null ? 'no rank' : `rank ${rank}`,
    `market cap ${amount(market_cap_usd)}`,
  );

/** Possible assets for an input. */
export const candidateTexts = (candidates: readonly Candidate[]): string[] => candidates.map(candidateText);

/** The remarks below the rows of an answer: several assets of one symbol, warnings, and the attribution. */
export function footTexts({ attribution, warnings = [], ambiguous = [], ...meta }: Meta): string[] {
  const shared = [
    'AMBIGUOUS: several assets have this symbol, and the rows are from all of them. Ask which one is meant, then call ' +
      'again with its `asset`:',
    ...candidateTexts(ambiguous),
  ];
  return [
    ...(ambiguous.length > 0 ? shared : []),
    ...(meta.as_of === undefined ? [] : [`As known at ${meta.as_of}.`]),
    ...(meta.thinned_before === undefined
      ? []
      : [`Polled rows before ${meta.thinned_before} are thinned to one an hour, and later to one a day.`]),
    ...warnings.map((warning) => `Note: ${warning}`),
    ...attribution.map(({ text, url }) => `Attribution: ${url === null ? text : `${text} (${url})`}`),
  ];
}

/** How to continue after a page. */
export const moreText = ({ next_cursor, total }: Page<unknown>['pagination']): string =>
  next_cursor === null
    ? ''
    : `There are more${total === null ? '' : `, ${total} in all`}: call again with cursor=${next_cursor}`;

import * as z from '../../zod.ts';
import { footTexts, moreText, type Page, pageQuery } from '../reply.ts';
import { defineTool } from '../tool.ts';
import { amount, duration, flagNotes, flagText, idText, line, lines, quoted } from '../words.ts';
import { cursor, limit } from './input.ts';

const LIMIT = 10;

interface Found {
  asset: string;
  symbol: string | null;
  name: string | null;
  rank: number | null;
  price_usd: string | null;
  created_at: string | null;
  age_seconds: number | null;
  stale: boolean | null;
  source: string | null;
  status: string;
  flags: string[];
}

export const searchAssets = defineTool({
  name: 'search_assets',
  title: 'Find coins',
  description:
    'Finds coins by the beginning of a symbol or id, by a part of the name, or by a contract, and' +
    ' gives the `asset` id that the other tools take. Coins are ordered by rank, which says ' +
    'nothing about which coin is meant.',
  input: z.strictObject({
    q: z.string().optional().describe('Beginning of the symbol or the id, or part of the name: bitc'),
    contract: z.string().optional().describe('chain:address, such as ethereum:0x7fc6…'),
    status: z.enum(['active', 'inactive', 'all']).optional().describe('active when absent'),
    limit: limit(25),
    cursor,
  }),
  answer: async (ask, input) => {
    const { data, pagination, meta } = await ask<Page<Found>>('/assets', pageQuery(input, { limit: LIMIT }));
    const what = input.q ?? input.contract ?? 'the list';
    const text = lines(
      data.length === 0
        ? `No ${input.status ?? 'active'} asset matches ${quoted(what)}. Try a shorter part of the name, or status=all.`
        : `${data.length} of ${pagination.total ?? 'many'} assets for ${quoted(what)}, by rank:`,
      ...data.map(foundText),
      sameSymbol(data),
      moreText(pagination),
      ...flagNotes(data),
      ...footTexts(meta),
    );
    return { text, content: { data, pagination, meta } };
  },
});

const foundText = (row: Found): string =>
  line(
    `- ${idText(row.asset)}`,
    `symbol ${quoted(row.symbol)}, name ${quoted(row.name)}`,
    row.rank === null ? 'no rank' : `rank ${row.rank}`,
    row.price_usd === null
      ? 'no price'
      : `${amount(row.price_usd)} at ${row.created_at} (${row.source}, ${duration(row.age_seconds ?? 0)} old)`,
    row.stale === true ? 'STALE' : '',
    row.status === 'inactive' ? 'INACTIVE: it left its sources' : '',
    flagText(row.flags),
  );

function sameSymbol(data: Found[]): string {
  const bySymbol = Map.groupBy(data, ({ symbol }) => symbol);
  const shared = [...bySymbol].filter(([symbol, rows]) => symbol !== null && rows.length > 1);
  return shared.length === 0
    ? ''
    : `AMBIGUOUS: ${shared.map(([symbol, rows]) => `${rows.length} of these go by ${quoted(symbol)}`).join(', ')}. Ask the user which coin is meant; do not choose by rank or size.`;
}

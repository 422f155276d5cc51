import * as z from '../../zod.ts';
import { footTexts, moreText, type Page, pageQuery } from '../reply.ts';
import { defineTool } from '../tool.ts';
import { amount, figures, flagNotes, flagText, idText, line, lines, quoted } from '../words.ts';
import { asset, cursor, instant, limit, order, source, symbol } from './input.ts';

const LIMIT = 20;

interface Observation {
  id: string;
  source: string;
  ticker: string | null;
  name: string | null;
  asset: string | null;
  kind: string;
  price_usd: string | null;
  market_cap_usd: string | null;
  volume_24h_usd: string | null;
  percent_change_24h: string | null;
  open_usd: string | null;
  high_usd: string | null;
  low_usd: string | null;
  created_at: string;
  ingested_at: string;
  superseded_at?: string | null;
  flags: string[];
}

export const getObservations = defineTool({
  name: 'get_observations',
  title: 'What each source said',
  description:
    'Observations of every source side by side, as each stated them: nothing is averaged or ' +
    'joined. created_at is the instant for which the value holds, ingested_at the instant at ' +
    'which this service learned it. Newest first by default.',
  input: z.strictObject({
    asset,
    symbol,
    source,
    kind: z.enum(['spot', 'bar_close']).optional(),
    start_date: instant('From this instant on, by created_at.'),
    end_date: instant('Before this instant; a plain date includes its day.'),
    as_of: instant('What this service knew then.'),
    history: z.boolean().optional().describe('Also superseded revisions, with superseded_at.'),
    latest: z.boolean().optional().describe('Only the newest spot row of each listing.'),
    order,
    limit: limit(100),
    cursor,
  }),
  answer: async (ask, input) => {
    const { data, pagination, meta } = await ask<Page<Observation>>(
      '/data',
      pageQuery(input, { limit: LIMIT }),
    );
    const text = lines(
      data.length === 0 ? 'There are no such observations.' : `${data.length} observations, UTC:`,
      ...data.map(observationText),
      moreText(pagination),
      ...flagNotes(data),
      ...footTexts(meta),
    );
    return { text, content: { data, pagination, meta } };
  },
});

const observationText = (row: Observation): string =>
  line(
    `- ${row.created_at} ${row.source} ${row.kind}: ${amount(row.price_usd)}`,
    figures(
      ['open', row.open_usd, 'USD'],
      ['high', row.high_usd, 'USD'],
      ['low', row.low_usd, 'USD'],
      ['market cap', row.market_cap_usd, 'USD'],
      ['volume 24 h', row.volume_24h_usd, 'USD'],
      ['change 24 h', row.percent_change_24h, '%'],
    ),
    `asset ${idText(row.asset)}, symbol ${quoted(row.ticker)}, name ${quoted(row.name)}`,
    `known since ${row.ingested_at}`,
    row.superseded_at == null ? '' : `SUPERSEDED at ${row.superseded_at}`,
    flagText(row.flags),
    `id ${idText(row.id)}`,
  );

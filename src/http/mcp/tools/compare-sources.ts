import * as z from '../../zod.ts';
import { encodedText } from '../ask.ts';
import { footTexts, type Meta } from '../reply.ts';
import { defineTool } from '../tool.ts';
import { amount, duration, idText, line, lines, quoted } from '../words.ts';
import { seconds } from './input.ts';

interface Divergence {
  asset: string;
  symbol: string | null;
  name: string | null;
  spread_bps: string | null;
  median_price_usd: string | null;
  gap_seconds: number | null;
  compared: number;
  outlier: string | null;
  readings: {
    source: string;
    external_id: string;
    price_usd: string;
    deviation_bps: string | null;
    created_at: string;
    age_seconds: number;
    excluded: 'stale' | 'age' | 'gap' | null;
    observation_id: string;
  }[];
}

export const compareSources = defineTool({
  name: 'compare_sources',
  title: 'Where sources disagree',
  description:
    'The newest spot price of each source of one coin, its distance from the median, and which ' +
    'prices were not compared because they hold for another instant.',
  input: z.strictObject({
    asset: z.string().describe('Our id, source:external_id or chain:address.'),
    max_gap: seconds('How many seconds a compared price may be older than the newest one; 900 by default.'),
    max_age: seconds('The largest age of a price, in seconds.'),
  }),
  answer: async (ask, { asset, ...bounds }) => {
    const { data, meta } = await ask<{ data: Divergence; meta: Meta }>(
      `/assets/${encodedText(asset)}/divergence`,
      { ...bounds, decimals: 'string' },
    );
    const text = lines(
      `${idText(data.asset)} (symbol ${quoted(data.symbol)}, name ${quoted(data.name)}): ${spreadText(data)}`,
      ...data.readings.map(readingText),
      ...footTexts(meta),
    );
    return { text, content: { data, meta } };
  },
});

const spreadText = ({ spread_bps, median_price_usd, compared, gap_seconds, outlier }: Divergence): string =>
  spread_bps === null
    ? 'fewer than two prices can be compared.'
    : line(
        `spread ${spread_bps} bps over ${compared} prices`,
        `median ${amount(median_price_usd)}`,
        `${gap_seconds ?? 0} s between the oldest and the newest`,
        outlier === null ? 'no outlier can be told' : `furthest from the median: ${outlier}`,
      );

const EXCLUDED = {
  stale: 'not compared: its source calls it stale',
  age: 'not compared: older than max_age',
  gap: 'not compared: too far behind the newest',
};

const readingText = (row: Divergence['readings'][number]): string =>
  line(
    `- ${row.source}:${idText(row.external_id)} ${amount(row.price_usd)} at ${row.created_at}`,
    `${duration(row.age_seconds)} old`,
    row.deviation_bps === null ? '' : `${row.deviation_bps} bps from the median`,
    row.excluded === null ? '' : EXCLUDED[row.excluded],
    `observation ${idText(row.observation_id)}`,
  );

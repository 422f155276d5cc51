import * as z from '../../zod.ts';
import type { Ask } from '../ask.ts';
import { type Candidate, candidateTexts, footTexts, type Meta, similarTo } from '../reply.ts';
import { defineTool } from '../tool.ts';
import { amount, duration, figures, flagNotes, flagText, idText, line, lines, quoted } from '../words.ts';
import { asset, instant, seconds, source, symbol } from './input.ts';

interface Price {
  input: string;
  asset: string | null;
  symbol: string | null;
  name: string | null;
  external_id: string;
  price_usd: string;
  market_cap_usd: string | null;
  volume_24h_usd: string | null;
  percent_change_24h: string | null;
  created_at: string;
  age_seconds: number;
  source: string;
  stale: boolean;
  spread_bps: string | null;
  observation_id: string;
  kind: string;
  flags: string[];
  explain?: Explanation;
}

interface Explanation {
  step: number | null;
  series: {
    source: string;
    external_id: string;
    price_usd: string | null;
    created_at: string;
    beat_seconds: number | null;
    on_time: boolean;
    outcome: string;
  }[];
}

interface Missing {
  input: string;
  code: 'unknown' | 'ambiguous' | 'no_price';
  candidates: Candidate[];
  explain?: Explanation;
}

/** The reasons of /prices, with the calls that a reader of JSON would make. */
type Told = Omit<Missing, 'candidates'> & { message: string; candidates: (Candidate & { call: string })[] };

const Decimal = z.string().nullable();

export const getPrices = defineTool({
  name: 'get_prices',
  title: 'Prices now or at an instant',
  description:
    'The last price of each coin at or before an instant (now by default), from one named series ' +
    'by a fixed rule, never an average. Gives the instant of the value, its age, whether it is ' +
    'stale, and the observation id that explain_observation proves.',
  input: z.strictObject({
    asset,
    symbol,
    at: instant('The instant of the market; now by default.'),
    as_of: instant('What this service knew then.'),
    max_age: seconds('The largest age of a value at `at`, in seconds.'),
    source,
    explain: z.boolean().optional().describe('Also each series and which step of the rule decided.'),
  }),
  output: z.object({
    data: z.array(
      z.looseObject({
        input: z.string(),
        asset: z.string().nullable(),
        price_usd: Decimal.describe('US dollars, every digit'),
        created_at: z.string().describe('UTC instant of the value'),
        age_seconds: z.number(),
        source: z.string(),
        stale: z.boolean(),
        spread_bps: Decimal,
        observation_id: z.string(),
        flags: z.array(z.string()),
      }),
    ),
    missing: z.array(
      z.looseObject({ input: z.string(), code: z.string(), candidates: z.array(z.looseObject({})) }),
    ),
    meta: z.looseObject({}),
  }),
  answer: async (ask, input) => {
    const reply = await ask<{ data: Price[]; missing: Told[]; meta: Meta }>('/prices', {
      ...input,
      decimals: 'string',
    });
    const looksUp = reply.missing.length <= LOOKED_UP_MAX;
    const missing = await Promise.all(reply.missing.map((one) => missingOf(ask, one, looksUp)));
    const content = { data: reply.data, missing, meta: reply.meta };
    const text = lines(
      ...reply.data.map(priceText),
      ...missing.map(missingText),
      ...flagNotes(reply.data),
      ...footTexts(reply.meta),
    );
    const failed = reply.data.length === 0 && missing.every(({ code }) => code === 'unknown');
    return { text, content, failed };
  },
});

const priceText = (row: Price): string =>
  lines(
    line(
      `${idText(row.asset ?? row.input)} = ${amount(row.price_usd)} at ${row.created_at}`,
      `${duration(row.age_seconds)} before the requested instant`,
      row.stale ? 'STALE: no source is on time; this is the newest known value' : 'on time',
      `${row.kind === 'spot' ? 'spot' : 'close of a bar'} of ${row.source}:${idText(row.external_id)}`,
    ),
    line(
      `  symbol ${quoted(row.symbol)}, name ${quoted(row.name)}`,
      figures(
        ['market cap', row.market_cap_usd, 'USD'],
        ['volume 24 h', row.volume_24h_usd, 'USD'],
        ['change 24 h', row.percent_change_24h, '%'],
        ['spread between sources', row.spread_bps, 'bps'],
      ),
      flagText(row.flags),
      `observation ${idText(row.observation_id)}`,
    ),
    ...explanationTexts(row.explain),
  );

/** Similar ids cost a statement or two for each name. */
const LOOKED_UP_MAX = 3;

async function missingOf(ask: Ask, { message: _, candidates, ...rest }: Told, looksUp: boolean) {
  const isBare = rest.code === 'unknown' && candidates.length === 0;
  const similar = isBare && looksUp ? await similarTo(ask, rest.input) : [];
  return { ...rest, candidates: candidates.map(({ call: __, ...candidate }) => candidate), similar };
}

const MISSING: Record<Missing['code'], string> = {
  unknown: 'UNKNOWN: nothing has this name. search_assets finds coins by symbol, name or contract.',
  ambiguous:
    'AMBIGUOUS: several coins have it. Ask the user which one is meant, then call again with its `asset`; do not ' +
    'choose by rank or size.',
  no_price: 'NO PRICE at that instant meets the arguments.',
};

const missingText = ({
  input,
  code,
  candidates,
  similar,
  explain,
}: Missing & { similar: string[] }): string =>
  lines(
    `${quoted(input)}: ${MISSING[code]}`,
    code === 'unknown' && candidates.length > 0 ? 'Similar ids:' : '',
    similar.length > 0 ? `Similar ids: ${similar.map(idText).join(', ')}. Ask which one is meant.` : '',
    ...(code === 'no_price' ? [] : candidateTexts(candidates)),
    ...explanationTexts(explain),
  );

const explanationTexts = (explain: Explanation | undefined): string[] =>
  explain === undefined
    ? []
    : [
        `  decided by step ${explain.step ?? 'none'} of the rule`,
        ...explain.series.map((one) =>
          line(
            `  - ${one.source}:${idText(one.external_id)} ${amount(one.price_usd)} at ${one.created_at}`,
            `beat ${one.beat_seconds ?? 'unknown'} s`,
            one.on_time ? 'on time' : 'late',
            one.outcome,
          ),
        ),
      ];

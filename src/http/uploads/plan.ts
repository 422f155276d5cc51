import type { FirstPlanFacts, PlanFacts } from '../../db/uploads/list.ts';
import { COLUMN_ROLES, type ColumnRole } from '../../domain/files/parameters.ts';
import { KINDS } from '../../domain/observation.ts';
import * as z from '../zod.ts';

const text = z.string().nullable();

const Column = z.object({
  column: z.string().openapi({ description: 'Its name in the header; without a header its number, from 1.' }),
  role: z.enum(COLUMN_ROLES),
  as: z.string().openapi({ description: 'How its cells are read.' }),
  example: z
    .object({ text: z.string(), value: text })
    .nullable()
    .openapi({ description: 'A cell of the file and its value.' }),
});

const Coin = z.object({
  text: text.openapi({ description: 'The text that names the coin; null if each row names its own.' }),
  asset: text.openapi({ description: 'The asset of that text when the file was planned.' }),
  how: z.string().openapi({ description: 'How the coin is known.' }),
  id: text.openapi({ description: 'Part of the external id.' }),
  symbol: text,
  name: text,
});

/** All assumptions about a file. */
export const Plan = z
  .object({
    version: z.number().int(),
    reader: z.string().openapi({
      description:
        'The reader: a dialect, `columns` if the sender named the roles, or `names` if the column ' +
        'names did.',
    }),
    columns: z.array(Column),
    coin: Coin,
    quote: z.string(),
    venue: text,
    period: text,
    bar: text.openapi({ description: 'Which end of a bar or day the instant names: open or close.' }),
    zone: text.openapi({ description: 'The zone of clock times without one; null if each has its own.' }),
    date_order: text,
    decimal: z.string(),
    volume: text.openapi({
      description: '`usd` is stored; `base`, in coins, is not; null if there is no volume.',
    }),
    beat: z.number().nullable().openapi({ description: 'Seconds between the rows of one series.' }),
    why: z.string().openapi({ description: 'How the coin is known.' }),
    convention: z.string().openapi({ description: 'The meaning of the instants and prices.' }),
    kind: z.enum(KINDS),
    ignored: z.array(z.string()).openapi({ description: 'Columns without a role.' }),
    warnings: z.array(z.string()),
  })
  .nullable();

/** How the file is read, without the facts that only the reader needs. */
export function planObject(plan: PlanFacts | FirstPlanFacts) {
  if (!('version' in plan)) return firstPlanObject(plan);
  const { version, reader, coin, quote, venue, period, time, decimal, volume, convention, kind, warnings } =
    plan;
  const { id, symbol, name, text, asset, how } = coin;
  return {
    version,
    reader,
    columns: plan.columns.map(({ column, role, as, example }) => ({ column, role, as, example })),
    coin: { text, asset, how, id, symbol, name },
    quote,
    venue,
    period,
    bar: time.names === 'instant' ? null : time.names,
    zone: time.zone,
    date_order: time.order,
    decimal,
    volume,
    beat: plan.beat_seconds,
    why: how,
    convention,
    kind,
    ignored: plan.columns
      .filter(({ role, column }) => role === 'ignore' && column !== '')
      .map(({ column }) => column),
    warnings,
  };
}

/** A plan of a release that stored no version: its roles had other names, and its zone was always UTC. */
function firstPlanObject(plan: FirstPlanFacts) {
  const { dialect, header, columns, coin, why, convention, kind, venue, quote, period, ignored, warnings } =
    plan;
  const roles = new Map(Object.entries(columns).map(([role, at]) => [at, role]));
  return {
    version: 1,
    reader: dialect,
    columns: header.map((column, at) => {
      const role = roles.get(at);
      const publicRole = role === undefined ? 'ignore' : (FIRST_ROLES[role] ?? 'ignore');
      return {
        column,
        role: publicRole === 'price' && kind === 'bar_close' ? 'close' : publicRole,
        as: role ?? 'not read',
        example: null,
      };
    }),
    coin: {
      text: coin?.name ?? coin?.symbol ?? null,
      asset: null,
      how: why,
      id: coin?.id ?? null,
      symbol: coin?.symbol ?? null,
      name: coin?.name ?? null,
    },
    quote,
    venue,
    period,
    bar: null,
    zone: 'UTC',
    date_order: plan.is_day_first ? 'dmy' : null,
    decimal: 'point',
    volume: 'volume' in columns ? 'usd' : null,
    beat: plan.beat_seconds ?? null,
    why,
    convention,
    kind,
    ignored,
    warnings,
  };
}

const FIRST_ROLES: Readonly<Record<string, ColumnRole>> = {
  external_id: 'coin',
  id: 'coin',
  symbol: 'coin',
  name: 'coin',
  pair: 'pair',
  quote: 'quote',
  instant: 'instant',
  unix: 'instant',
  price: 'price',
  open: 'open',
  high: 'high',
  low: 'low',
  market_cap: 'cap',
  volume: 'volume_usd',
  base_volume: 'volume_base',
  percent_change: 'change',
};

import { SOURCE_IDS } from '../../../sources/registry.ts';
import * as z from '../../zod.ts';

// Arguments of several tools, with the names and the parsing of the routes' parameters.

const VALUES_MAX = 50;

/** One or several, separated by commas, or as an array if one contains a comma. */
const several = (description: string, more: { example?: string } = {}) =>
  z
    .union([z.string(), z.array(z.string()).min(1).max(VALUES_MAX)])
    .transform((given) => (typeof given === 'string' ? given.split(',').map((text) => text.trim()) : given))
    .optional()
    .meta({ description, ...more });

export const asset = several(
  'Our id (btc-bitcoin), source:external_id or chain:address. Several with commas.',
  { example: 'coingecko:bitcoin' },
);
export const symbol = several('A ticker such as BTC. Several coins may share it: prefer asset.');
export const source = several(`Only these sources: ${SOURCE_IDS.join(', ')}.`);
export const instant = (description: string) =>
  z.string().optional().describe(`${description} As 2025-01-10 or 2025-01-10T10:00:00Z.`);
export const order = z.enum(['asc', 'desc']).optional();
export const cursor = z
  .string()
  .optional()
  .describe('The cursor of the previous answer: continues after it. Only limit may be sent with it.');

/** The number of rows of an answer: an agent reads each of them. */
export const limit = (most: number) => z.number().int().min(1).max(most).optional();

export const seconds = (description: string) => z.number().int().min(0).optional().describe(description);

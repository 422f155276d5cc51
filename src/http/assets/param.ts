import type { AssetRef } from '../../db/identity/asset-ref.ts';
import { isStorable } from '../../domain/text.ts';
import type { HttpContext } from '../context.ts';
import { parseAssetRef } from '../data/query.ts';
import { invalid } from '../query.ts';
import * as z from '../zod.ts';

export const AssetParams = z.object({
  id: z.string().openapi({
    description: 'Our id of an asset, `source:external_id` or `chain:address`.',
    example: 'btc-bitcoin',
  }),
});

const WORDS_MAX = 100;

/** A parameter that is a part of a text. */
export const words = (description: string, example: string) =>
  z
    .string()
    .trim()
    .min(1, 'holds no text')
    .max(WORDS_MAX, `takes at most ${WORDS_MAX} characters`)
    .optional()
    .openapi({ type: 'string', description, example });

/** The parameter that filters lists of coins. */
export const anyName = () =>
  words('Beginning of the symbol or the id, or part of the name, in any case.', 'bitc');

/** The asset that the path names. Throws `invalid_request`. */
export function assetOfPath(c: HttpContext): { text: string; ref: AssetRef } {
  const text = c.req.param('id') ?? '';
  if (!isStorable(text)) throw invalid([{ path: 'id', message: 'must not hold a NUL or half a character' }]);
  return { text, ref: parseAssetRef(text) };
}

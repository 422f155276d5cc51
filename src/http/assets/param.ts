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

/** The asset that the path names. Throws `invalid_request`. */
export function assetOfPath(c: HttpContext): { text: string; ref: AssetRef } {
  const text = c.req.param('id') ?? '';
  if (!isStorable(text)) throw invalid([{ path: 'id', message: 'must not hold a NUL or half a character' }]);
  return { text, ref: parseAssetRef(text) };
}

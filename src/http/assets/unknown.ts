import { findCandidates } from '../../db/identity/find-candidates.ts';
import type { Deps } from '../../deps.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';
import { clockAt } from '../prices/clock.ts';

/** The problem for unknown assets, with possible ones. */
export async function unknownAsset(
  { db, now }: Deps,
  assets: string[],
  code: 'unknown_asset' | 'not_found' = 'unknown_asset',
): Promise<AppError> {
  const words = assets.flatMap((asset) => [asset, asset.slice(asset.indexOf(':') + 1)]);
  const rows = await findCandidates(db, words, clockAt(instantOfDate(now())));
  return new AppError(
    code,
    `There is no asset ${assets.join(', ')}. Send its id, e.g. btc-bitcoin, source:external_id, e.g. ${ANSWER_ORDER[0]}:bitcoin, or chain:address; the candidates are listed.`,
    { extensions: { candidates: rows.map(({ asset }) => asset) } },
  );
}

import type { GivenList } from '../../db/identity/follow-list.ts';
import { isStorable } from '../../domain/text.ts';
import { isObject } from '../../sources/read-record.ts';
import type { PolledSource, SourceSettings } from '../../sources/source.ts';

/**
 * The ids in a reply of the list of coins, including those of rejects, but without texts that cannot be stored;
 * null for any other endpoint.
 */
export function givenList(
  source: PolledSource,
  settings: Pick<SourceSettings, 'plan'>,
  endpoint: string,
  body: unknown,
): Pick<GivenList, 'contract' | 'is_whole' | 'external_ids'> | null {
  const { coin_list } = source;
  if (coin_list?.endpoint !== endpoint) return null;
  const contract = source.contracts.find((one) => one.covers(endpoint));
  if (contract === undefined) return null;
  const external_ids = contract
    .records(body)
    .flatMap((record) => (isObject(record) && typeof record.id === 'string' ? record.id.trim() : []))
    .filter(isStorable);
  return { contract: contract.name, is_whole: coin_list.whole_in.includes(settings.plan), external_ids };
}

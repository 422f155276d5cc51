import type { OriginFacts } from '../../db/payloads/origin.ts';
import type { CheckedBytes } from '../../proof/check-bytes.ts';
import type { ComparedValue } from '../../proof/compare.ts';
import { NORMALIZER_VERSION } from '../../sources/registry.ts';
import { demandToken, neededToken } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { jsonDecimal } from '../json.ts';

// The part of a proof that describes the path from a row to its bytes.

type Origin = OriginFacts & { source: string; normalizer_version: number };

/** `upload_id` belongs to a file, whose name is not public. */
export const originObject = (
  row: Origin,
  upload_id: string | null,
  bytes: Pick<CheckedBytes, 'found_sha256' | 'problem'>,
) => ({
  source: row.source,
  request: {
    endpoint: row.endpoint,
    url: upload_id === null ? row.url : null,
    status: row.status,
    content_type: row.content_type,
    fetched_at: row.fetched_at,
    first_fetched_at: row.first_fetched_at,
    upload_id,
  },
  run: {
    id: Number(row.run_id),
    trigger: row.run_trigger,
    started_at: row.run_started_at,
    self: `/runs/${row.run_id}`,
  },
  normalizer_version: { stored: row.normalizer_version, current: NORMALIZER_VERSION },
  bytes: {
    sha256: row.sha256,
    size_bytes: Number(row.size_bytes),
    verified: bytes.problem === null,
    ...bytes,
    expired_at: row.expired_at,
    raw: `/raw/${row.sha256}`,
  },
});

export function valuesObject(values: ComparedValue[], decimals: 'number' | 'string') {
  return Object.fromEntries(
    values.map(({ name, matches, ...value }) => {
      const { served, recomputed } =
        value.type === 'decimal'
          ? {
              served: jsonDecimal(value.served, decimals),
              recomputed: jsonDecimal(value.recomputed, decimals),
            }
          : value;
      return [name, { served, recomputed, matches }];
    }),
  );
}

/** `meta.warnings` of a proof whose record is not shown. */
export const NO_RECORD =
  'Raw records need a token here: send the header "Authorization: Bearer <READ_TOKEN>" to see the record.';

/** Whether the caller may see raw records. A token in the request must be correct. */
export async function readRights(c: HttpContext): Promise<{ showsRecord: boolean; dependsOnToken: boolean }> {
  const variable = neededToken(c, 'raw');
  if (variable === null) return { showsRecord: true, dependsOnToken: false };
  if (c.req.header('Authorization') === undefined) return { showsRecord: false, dependsOnToken: true };
  await demandToken(c, variable);
  return { showsRecord: true, dependsOnToken: true };
}

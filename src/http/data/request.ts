import type { LatestSort } from '../../db/observations/latest.ts';
import type { ObservationFilter } from '../../db/observations/page-request.ts';
import { isPageFact } from '../../domain/figures.ts';
import { type Instant, instantOfMicros, microsOf } from '../../domain/instant.ts';
import type { HttpContext } from '../context.ts';
import { clockAt } from '../prices/clock.ts';
import { type Issue, invalid } from '../query.ts';
import { invalidCursor, type ListQuery, readListQuery, type WalkTexts } from '../walk.ts';
import { type DataKey, parseKey } from './key.ts';
import {
  DATA_FILTERS,
  DataQuery,
  type Format,
  LATEST_SORT_NAMES,
  LIMIT_DEFAULT,
  parseAssetRef,
} from './query.ts';

/** The content of a request to /data, from its parameters or its cursor. */
export interface DataRequest {
  filter: ObservationFilter;
  latest: boolean;
  sort: 'observed_at' | 'known_at' | LatestSort;
  order: 'asc' | 'desc';
  as_of: Instant | null;
  /** Null: every match (CSV and NDJSON only). */
  limit: number | null;
  offset: number;
  /** Set when the request continues a walk. */
  walk: { version: Instant; began: Instant; after: DataKey; total: number | null } | null;
  count: 'kept' | 'exact' | 'none';
  /** No row older than this many seconds: the answer depends on the clock. */
  max_age: number | null;
  ticking: boolean;
  fields: string[] | null;
  decimals: 'number' | 'string';
  format: Format;
  texts: WalkTexts;
}

/** Reads and checks the query of /data. Throws `invalid_request` or `invalid_cursor`. */
export function readDataRequest(c: HttpContext): DataRequest {
  const query = readListQuery(c, DataQuery, DATA_FILTERS);
  const { asked, texts, offset } = query;
  const issues = contradictions(asked);
  if (issues.length > 0) throw invalid(issues);
  const latest = asked.latest === true;
  const [sort, order] = [sortOf(asked), asked.order ?? 'desc'];
  const format = asked.format ?? acceptedFormat(c.req.header('Accept'));
  return {
    filter: filterOf(asked, texts.at),
    latest,
    sort,
    order,
    as_of: asked.as_of ?? null,
    limit: asked.limit ?? (format === 'json' ? LIMIT_DEFAULT : null),
    offset,
    walk: walkOf(query, latest, sort, order),
    count: query.walk ? 'none' : countOf(asked),
    max_age: asked.max_age ?? null,
    ticking: asked.max_age !== undefined,
    fields: asked.fields ?? null,
    decimals: asked.decimals ?? 'number',
    format,
    texts,
  };
}

function contradictions(asked: DataQuery): Issue[] {
  const issues: Issue[] = [];
  const { latest, sort, max_age, history, kind, start_date, end_date, as_of, fields } = asked;
  if (sort !== undefined && latest && !LATEST_SORT_NAMES.includes(sort))
    issues.push({ path: 'sort', message: `with latest=true takes ${LATEST_SORT_NAMES.join(', ')}` });
  if (sort !== undefined && !latest && sort !== 'created_at' && sort !== 'ingested_at')
    issues.push({ path: 'sort', message: `by ${sort} needs latest=true` });
  if (as_of && latest && sort !== undefined && sort !== 'created_at')
    issues.push({
      path: 'sort',
      message: 'with as_of takes created_at only: past values are not kept in order',
    });
  if (max_age !== undefined && !latest)
    issues.push({ path: 'max_age', message: 'needs latest=true; otherwise use start_date' });
  if (history && latest) issues.push({ path: 'history', message: 'and latest exclude each other' });
  const fact = fields?.find(isPageFact);
  if (fact !== undefined && (!latest || as_of))
    issues.push({ path: 'fields', message: `takes ${fact} with latest=true only, and without as_of` });
  if (latest && kind !== undefined && !kind.includes('spot'))
    issues.push({ path: 'kind', message: 'with latest=true can only be spot' });
  if (start_date && end_date && microsOf(start_date) >= microsOf(end_date))
    issues.push({ path: 'start_date', message: 'must be before end_date' });
  return issues;
}

function filterOf(asked: DataQuery, clock: Instant): ObservationFilter {
  return {
    sources: asked.source ?? null,
    clock: clockAt(clock),
    symbols: asked.symbol ?? null,
    external_ids: asked.external_id ?? null,
    refs: asked.asset?.map(parseAssetRef) ?? null,
    kinds: asked.kind ?? null,
    observed_from: later(asked.start_date, asked.max_age && secondsBefore(clock, asked.max_age)),
    observed_before: asked.end_date ?? null,
    known_after: asked.ingested_after ?? null,
    history: asked.history ?? false,
  };
}

function later(a: Instant | undefined, b: Instant | 0 | undefined): Instant | null {
  if (!a || !b) return a || b || null;
  return microsOf(a) > microsOf(b) ? a : b;
}

function secondsBefore(clock: Instant, seconds: number): Instant {
  const micros = microsOf(clock) - BigInt(seconds) * 1_000_000n;
  return instantOfMicros(micros > 0n ? micros : 0n);
}

function sortOf({ sort, latest, as_of }: DataQuery): DataRequest['sort'] {
  if (sort === undefined) return latest && as_of === undefined ? 'market_cap_usd' : 'observed_at';
  if (sort === 'created_at') return 'observed_at';
  return sort === 'ingested_at' ? 'known_at' : sort;
}

// The kept counts only know sources, kinds and listings, and only the present.
function countOf(asked: DataQuery): DataRequest['count'] {
  if (asked.count === 'exact') return 'exact';
  const { start_date, end_date, ingested_after, as_of, max_age } = asked;
  const more = start_date ?? end_date ?? ingested_after ?? as_of ?? max_age;
  return more === undefined ? 'kept' : 'none';
}

const FORMAT_OF_TYPE = new Map<string, Format>([
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/json', 'json'],
]);

/**
 * The format that the Accept header prefers (RFC 9110, section 12.5.1), the first of equals; JSON if it names none
 * of ours.
 */
export function acceptedFormat(accept = ''): Format {
  let best: { format: Format; quality: number } = { format: 'json', quality: 0 };
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const format = FORMAT_OF_TYPE.get(type);
    const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    if (format !== undefined && quality > best.quality) best = { format, quality };
  }
  return best.format;
}

function walkOf(
  { walk }: ListQuery<DataQuery>,
  latest: boolean,
  sort: DataRequest['sort'],
  order: DataRequest['order'],
): DataRequest['walk'] {
  if (walk === null) return null;
  const after = parseKey(walk.after, latest, sort);
  if (after === undefined || walk.sort !== sortName({ sort, order }))
    throw invalidCursor('was not made by this service for this list');
  return { version: walk.version, began: walk.began ?? walk.version, after, total: walk.total };
}

/** The order of a walk as named in its cursor. */
export const sortName = ({ sort, order }: Pick<DataRequest, 'sort' | 'order'>): string =>
  `data ${sort} ${order}`;

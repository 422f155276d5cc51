import type { Deps } from '../../deps.ts';
import type { Instant } from '../../domain/instant.ts';
import { type Field, rowCells, rowWriter } from '../row-fields.ts';
import { chooseFields, type DataRow } from './fields.ts';
import { type DataKey, keyOf, parseKey } from './key.ts';
import { type Page, readPage } from './read-page.ts';
import type { DataRequest } from './request.ts';

/** Rows per round trip: about a megabyte of text, far below the memory limit of a Worker. */
export const SLICE_ROWS = 2000;

export const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const;

/** How the rows of a list are written. */
export interface Writing<Row> {
  fields: readonly Field<Row>[];
  format: 'csv' | 'ndjson';
  decimals: 'number' | 'string';
}

/** The text of some rows; `first` begins with the CSV header. */
export function rowsText<Row>(
  { fields, format, decimals }: Writing<Row>,
  rows: readonly Row[],
  first: boolean,
): string {
  if (format === 'ndjson') {
    const written = rowWriter(fields, decimals);
    return rows.map((row) => `${written(row)}\n`).join('');
  }
  const header = first ? `${fields.map((field) => field.name).join(',')}\r\n` : '';
  // A row with one empty cell would be an empty line, which readers skip.
  return header + rows.map((row) => `${rowCells(row, fields, decimals).join(',') || '""'}\r\n`).join('');
}

/** How to write the rows of a request to /data: as CSV unless the request says NDJSON. */
export const writingOf = (request: DataRequest): Writing<DataRow> => ({
  fields: fieldsOf(request),
  format: request.format === 'ndjson' ? 'ndjson' : 'csv',
  decimals: request.decimals,
});

// Page facts have no history, so a reply as of a moment omits them.
export const fieldsOf = ({ fields, filter, latest, as_of }: DataRequest): readonly Field<DataRow>[] =>
  chooseFields(fields, { history: filter.history, page: latest && as_of === null });

/** Streams every match from `first` on, at the version of `first`. */
export function streamRows(deps: Deps, request: DataRequest, first: Page): ReadableStream<Uint8Array> {
  const began = request.walk?.began ?? first.current_version;
  return streamPages(deps, writingOf(request), first, (page) => nextSlice(deps, request, page, began));
}

/**
 * Streams `first` and the following pages, one slice at a time as the reader takes them. A failure midway errors
 * the stream: the connection breaks, so no client takes a part for the whole.
 */
export function streamPages<Row, Slice extends { rows: Row[]; more: boolean }>(
  { log }: Deps,
  writing: Writing<Row>,
  first: Slice,
  next: (page: Slice) => Promise<Slice>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let page = first;
  let isFirst = true;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!isFirst)
        page = await next(page).catch((error: unknown) => {
          log.error('export.failed', { rows_before: page.rows.length });
          throw error;
        });
      const text = rowsText(writing, page.rows, isFirst);
      isFirst = false;
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (!page.more) controller.close();
    },
  });
}

const nextSlice = (deps: Deps, request: DataRequest, page: Page, began: Instant): Promise<Page> =>
  readPage(deps, request, {
    limit: SLICE_ROWS,
    offset: 0,
    after: lastKey(request, page),
    version: page.version,
    began,
    seen: null,
    count: 'none',
  });

function lastKey(request: DataRequest, page: Page): DataKey {
  const last = page.rows.at(-1);
  const key = last && parseKey(keyOf(last, request.latest, request.sort), request.latest, request.sort);
  if (key === undefined) throw new Error('A page that is followed by more has a last row.');
  return key;
}

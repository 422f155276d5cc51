import type { ObservationRow } from '../db/observation-row.ts';
import type { Deps } from '../deps.ts';
import { type DataKey, keyOf, parseKey } from './data-key.ts';
import type { DataRequest } from './data-request.ts';
import { chooseFields, rowCells, rowObject } from './observation-fields.ts';
import { type Page, readPage } from './read-page.ts';

/** Rows a round trip: about a megabyte of text, far from what a Worker may hold. */
export const SLICE_ROWS = 2000;

export const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const;

/** The text of some rows in the format of the request; `first` begins with the CSV header. */
export function rowsText(request: DataRequest, rows: ObservationRow[], first: boolean): string {
  const fields = chooseFields(request.fields, request.filter.history);
  if (request.format === 'ndjson')
    return rows.map((row) => `${JSON.stringify(rowObject(row, fields, request.decimals))}\n`).join('');
  const header = first ? `${fields.map((field) => field.name).join(',')}\r\n` : '';
  return header + rows.map((row) => `${rowCells(row, fields).join(',')}\r\n`).join('');
}

/**
 * Streams every match from `first` on, at the version of `first`, a slice at a time as the reader takes them.
 * A failure midway errors the stream: the connection breaks, so nobody takes a part for the whole.
 */
export function streamRows(deps: Deps, request: DataRequest, first: Page): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let page = first;
  let isFirst = true;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!isFirst) page = await nextSlice(deps, request, page);
      const text = rowsText(request, page.rows, isFirst);
      isFirst = false;
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (!page.more) controller.close();
    },
  });
}

async function nextSlice(deps: Deps, request: DataRequest, page: Page): Promise<Page> {
  try {
    const after = lastKey(request, page);
    return await readPage(deps, request, {
      limit: SLICE_ROWS,
      offset: 0,
      after,
      pin: page.version,
      seen: null,
      count: 'none',
    });
  } catch (error) {
    deps.log.error('export.failed', { rows_before: page.rows.length });
    throw error;
  }
}

function lastKey(request: DataRequest, page: Page): DataKey {
  const last = page.rows.at(-1);
  const key = last && parseKey(keyOf(last, request.latest, request.sort), request.latest, request.sort);
  if (key === undefined) throw new Error('A page that is followed by more has a last row.');
  return key;
}

import type { HttpContext } from '../context.ts';
import { CONTENT_TYPES, rowsText } from '../data/export.ts';
import type { Format } from '../data/query.ts';
import { acceptedFormat } from '../data/request.ts';
import type * as z from '../zod.ts';
import { chooseColumns, columnsOf, type RowObject } from './columns.ts';

/** Every reply of a route with formats depends on this header, even one without a body. */
export const VARY = { Vary: 'Accept' };

/** The requested format: `format=` before Accept. */
export const formatOf = (c: HttpContext, asked: Format | undefined): Format =>
  asked ?? acceptedFormat(c.req.header('Accept'));

/** How the rows of a reply are shown. */
export interface View {
  format: Format;
  fields: string[] | undefined;
  decimals: 'number' | 'string' | undefined;
}

/** Numbers of a CSV are digits only, whatever `decimals` says. */
export const decimalsOf = ({ format, decimals }: Omit<View, 'fields'>): 'number' | 'string' =>
  format === 'csv' ? 'number' : (decimals ?? 'number');

/** The headers of a reply in a format other than JSON; a whole file has a name. */
export const formatHeaders = (format: Exclude<Format, 'json'>, name: string | null) => ({
  'Content-Type': CONTENT_TYPES[format],
  ...(name === null ? {} : { 'Content-Disposition': `attachment; filename="cointape-${name}.${format}"` }),
});

/** A whole short list in a format other than JSON. */
export function tableReply(
  c: HttpContext,
  { item, name }: { item: z.ZodObject; name: string },
  { format, fields }: Pick<View, 'fields'> & { format: Exclude<Format, 'json'> },
  rows: readonly RowObject[],
  headers: Record<string, string>,
): Response {
  const columns = chooseColumns(columnsOf(item), fields);
  const text = rowsText({ fields: columns, format, decimals: 'number' }, rows, true);
  return new Response(c.req.method === 'HEAD' ? null : text, {
    headers: { ...headers, ...formatHeaders(format, name) },
  });
}

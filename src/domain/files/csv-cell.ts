/**
 * A text as a CSV cell. What a spreadsheet would run as a formula gets a leading apostrophe, and so does a text that
 * begins with one, so that a reader can take exactly one away again.
 */
export function textCell(text: string): string {
  const inert = /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? quotedCell(inert) : inert;
}

/** A text that may contain commas, quotes and line ends. */
export const quotedCell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

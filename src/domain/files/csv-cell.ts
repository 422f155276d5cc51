/**
 * A text as a CSV cell. A text that a spreadsheet would run as a formula gets a leading apostrophe, and so does a
 * text that begins with one: a reader can always remove exactly one.
 */
export function textCell(text: string): string {
  const inert = /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? quotedCell(inert) : inert;
}

/** A text that may contain commas, quotes and line ends. */
export const quotedCell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

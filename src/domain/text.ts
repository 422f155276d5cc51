/** Whether Postgres can store the text unchanged: no NUL, and no half surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * At most `most` characters of a text for a message or a log: white space and control characters become
 * single spaces, and a cut is marked with `…`.
 */
export function excerpt(text: string, most: number): string {
  // Reads only the beginning, so a huge text costs no more than a small one.
  const beginning = text.slice(0, most * 4).toWellFormed();
  return cut(beginning.replace(/[\s\p{Cc}]+/gu, ' ').trim(), most);
}

/** The text, cut to at most `most` UTF-16 units, never within a character. */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;

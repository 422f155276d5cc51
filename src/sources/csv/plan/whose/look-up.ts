import type { CsvHead } from '../../record.ts';
import { evidenceOf } from '../column-kinds.ts';
import { columnName } from '../head/column-name.ts';
import { isValue } from '../head/header.ts';
import { textsAt } from '../samples.ts';
import type { CsvHints } from '../types.ts';
import { nameWords } from './file-name.ts';
import { KnownCoins } from './known-coins.ts';

/** With more coins than this in samples, they are not looked up one by one. */
const TEXTS_MAX = 200;

/** A column of an unknown name with more words than this hardly names coins. */
const WORDS_MAX = 50;

/** The words by which a file may name its coin, in lower case, for a query to identity before planning. */
export function wordsToLookUp(head: CsvHead, hints: CsvHints): string[] {
  const nobody = new KnownCoins([]);
  // After a banner, which is a single cell.
  const header = head.records.findIndex(({ cells }) => cells.length > 1);
  const rows = [...head.records.slice(header + 1), ...head.pieces.flat()];
  const texts = (head.records[header]?.cells ?? []).flatMap((name, at) => {
    const said = textsAt(rows, at);
    const kind = evidenceOf(columnName(name), said, nobody);
    if (kind === 'coin' || kind === 'pair' || kind === 'quote') return said;
    return kind === null && said.length <= WORDS_MAX && !said.some(isValue) ? said : [];
  });
  const told = hints.symbol === null ? [] : [hints.symbol];
  const words = [...told, ...nameWords(hints.filename), ...texts.slice(0, TEXTS_MAX)];
  return [...new Set(words.map((word) => word.trim().toLowerCase()).filter(isWord))];
}

/** Postgres takes no text with a NUL. No coin has one. */
const isWord = (word: string): boolean => word !== '' && word.length <= 100 && !word.includes('\0');

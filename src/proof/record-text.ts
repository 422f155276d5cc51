/**
 * The text of the value that a JSON Pointer names, exactly as in a JSON text, including blanks, escapes and digits.
 * Null if there is none. The text must be complete JSON; if a key occurs twice, the last one counts, as for
 * JSON.parse.
 */
export function recordText(json: string, pointer: string): string | null {
  let at: number | null = afterBlanks(json, 0);
  for (const key of pointer.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    at = json[at] === '[' ? itemAt(json, at, name) : json[at] === '{' ? memberAt(json, at, name) : null;
    if (at === null) return null;
  }
  return json.slice(at, endOfValue(json, at));
}

function itemAt(json: string, open: number, name: string): number | null {
  let at = afterBlanks(json, open + 1);
  for (let index = 0; json[at] !== ']'; index += 1) {
    if (String(index) === name) return at;
    at = afterComma(json, endOfValue(json, at));
  }
  return null;
}

function memberAt(json: string, open: number, name: string): number | null {
  let found: number | null = null;
  for (let at = afterBlanks(json, open + 1); json[at] !== '}'; ) {
    const endOfKey = endOfValue(json, at);
    const value = afterBlanks(json, afterBlanks(json, endOfKey) + 1);
    if (JSON.parse(json.slice(at, endOfKey)) === name) found = value;
    at = afterComma(json, endOfValue(json, value));
  }
  return found;
}

/** The end of the value that begins at `at`. */
function endOfValue(json: string, at: number): number {
  if (json[at] === '"') return match(STRING, json, at);
  if (json[at] !== '{' && json[at] !== '[') return match(WORD, json, at);
  let depth = 0;
  for (let next = at; ; ) {
    if (json[next] === '"') {
      next = match(STRING, json, next);
    } else {
      depth += json[next] === '{' || json[next] === '[' ? 1 : -1;
      next += 1;
      if (depth === 0) return next;
    }
    next = match(FILLING, json, next);
  }
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const WORD = /[^\s,\]}]+/y;
/** Characters that neither begin a string nor open or close an object or array. */
const FILLING = /[^"{}[\]]*/y;
const BLANKS = /[\s\ufeff]*/y;

/** The end of a sticky pattern that matches at `at`. Throws if the text is not complete JSON. */
function match(pattern: RegExp, json: string, at: number): number {
  pattern.lastIndex = at;
  if (at >= json.length || !pattern.test(json)) throw new SyntaxError('The text is not whole JSON.');
  return pattern.lastIndex;
}

const afterBlanks = (json: string, at: number): number => match(BLANKS, json, at);

function afterComma(json: string, at: number): number {
  const next = afterBlanks(json, at);
  return json[next] === ',' ? afterBlanks(json, next + 1) : next;
}

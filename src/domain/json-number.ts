/**
 * A number of a JSON reply as the text it was sent in. A JavaScript number would lose digits beyond the
 * seventeenth and rewrite the rest, so parsed payloads hold this instead. JSON.stringify writes it back
 * byte for byte.
 */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

declare global {
  /** In every runtime used here, not yet in TypeScript's library. */
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

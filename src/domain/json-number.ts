/**
 * A number of a JSON reply as its original text. A JavaScript number would lose digits after the seventeenth and
 * rewrite the rest, so parsed payloads contain this instead. JSON.stringify writes it back byte for byte.
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
  /** Every runtime used here has it, but TypeScript's library does not yet. */
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/**
 * A number of a JSON reply as the text it was sent in. A JavaScript number would lose digits beyond the
 * seventeenth and rewrite the rest, so parsed payloads hold this instead.
 */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

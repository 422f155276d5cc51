import { CsvFault, type CsvFaultCode } from '../fault.ts';

/** More than this would be a form to fill in: the next attempt asks for the rest. */
const QUESTIONS_MAX = 4;

/** Collects the open facts about a file, so one fault asks for all of them. */
export class Questions {
  readonly #asked: { code: CsvFaultCode; text: string }[] = [];

  /** `text` is the parameter that settles it, as `name=value`. */
  ask(code: CsvFaultCode, text: string): void {
    this.#asked.push({ code, text });
  }

  has(code: CsvFaultCode): boolean {
    return this.#asked.some((one) => one.code === code);
  }

  /** Throws the fault that asks for everything, if anything is open. */
  demandNone(): void {
    const [first] = this.#asked;
    if (first === undefined) return;
    const texts = this.#asked.slice(0, QUESTIONS_MAX).map(({ text }) => text);
    throw new CsvFault(first.code, texts.join(' '));
  }
}

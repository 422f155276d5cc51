/** A number as the exact text to send: a service may write more digits than a double holds. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** As a Go service writes it: shortest digits, an exponent below 1e-6 and from 1e21 on (`3.21e-12`). */
export function goNumber(value: number): NumberText {
  return new NumberText(String(value));
}

/** As a Ruby service writes a float: always a fraction (`21000000.0`), two exponent digits (`1.83e-06`). */
export function rubyFloat(value: number): NumberText {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e16)) {
    const plain = value.toString();
    return new NumberText(plain.includes('.') ? plain : `${plain}.0`);
  }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  const digits = exponent.slice(1).padStart(2, '0');
  return new NumberText(`${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${sign}${digits}`);
}

export type Json =
  | null
  | boolean
  | number
  | string
  | NumberText
  | Json[]
  | { [key: string]: Json | undefined };

/** JSON text with the number texts unchanged; undefined members are omitted. */
export function writeJson(value: Json): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${JSON.stringify(key)}:${writeJson(member)}`],
  );
  return `{${members.join(',')}}`;
}

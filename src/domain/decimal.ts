/** An exact decimal number as text in plain notation (`-?digits[.digits]`, never an exponent). */
export type Decimal = string;

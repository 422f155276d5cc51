/** A failure whose message is printed without a stack. */
export class DataError extends Error {}

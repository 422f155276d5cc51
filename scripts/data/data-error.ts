/** A failure that is told as it is, without a stack. */
export class DataError extends Error {}

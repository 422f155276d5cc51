/** A failure that is told as it is, without a stack. */
export class UploadError extends Error {}

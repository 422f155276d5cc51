/** A failure whose message is printed without a stack. */
export class UploadError extends Error {}

/** A failure that the caller can fix. */
export class LakeError extends Error {}

/** What the person who called can mend. */
export class LakeError extends Error {}

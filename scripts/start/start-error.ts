/** A fault that the user can fix: only its message is printed, without a stack. */
export class StartError extends Error {}

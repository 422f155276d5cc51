/** Something the person who started us can mend: shown as its message alone, without a stack. */
export class StartError extends Error {}

/** The versions of the previous release's rules: if they differ from ours, its rows cannot be equal. */
export const FORMER_RULES = { normalizer: 1, candles: 1 };

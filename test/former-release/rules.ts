/** By which rules the Worker of the release before derives facts: with others than ours, its facts are not equal. */
export const FORMER_RULES = { normalizer: 1, candles: 1 };

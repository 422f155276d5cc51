/** Lengths of the candles that are kept, each aligned to UTC. */
export const CANDLE_INTERVALS = ['1h', '1d'] as const;
export type CandleInterval = (typeof CANDLE_INTERVALS)[number];

/** `observed`: made here of spot observations. `reported`: bars as files brought them. */
export const CANDLE_BASES = ['observed', 'reported'] as const;
export type CandleBasis = (typeof CANDLE_BASES)[number];

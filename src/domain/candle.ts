/** Lengths of the stored candles, each aligned to UTC. */
export const CANDLE_INTERVALS = ['1h', '1d'] as const;
export type CandleInterval = (typeof CANDLE_INTERVALS)[number];

/** The origin of a candle. `observed`: computed here from spot observations. `reported`: a bar of a file, unchanged. */
export const CANDLE_BASES = ['observed', 'reported'] as const;
export type CandleBasis = (typeof CANDLE_BASES)[number];

/** The values of `basis`. `consolidated`: one candle per asset and bucket, from one series. */
export const CANDLE_VIEWS = ['consolidated', ...CANDLE_BASES] as const;
export type CandleView = (typeof CANDLE_VIEWS)[number];

/**
 * Increased when the same observations give other candles than before. It is stored with each candle, so candles of
 * an older rule are found and rebuilt. 2: a candle has the beat of its readings.
 */
export const CANDLE_RULE = 2;

/** A candle is complete if its readings begin and end within this many beats of its borders. */
export const COMPLETE_BEATS = 2;

/**
 * With this number of readings, an observed candle covers its bucket and takes precedence over a reported one. In
 * an hour, readings on its borders do not count: an hourly series has two of them, and shows nothing of the time
 * between.
 */
export const COVERING_READINGS: Record<CandleInterval, { readings: number; with_borders: boolean }> = {
  '1h': { readings: 2, with_borders: false },
  '1d': { readings: 12, with_borders: true },
};

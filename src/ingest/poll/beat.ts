import type { SourceRequest } from '../../sources/source.ts';

/** The beat of the rows that a request brings. */
export const beatSeconds = ({ beat_seconds, every_minutes }: SourceRequest): number =>
  beat_seconds ?? every_minutes * 60;

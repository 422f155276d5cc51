import { bigint, integer, numeric, text, timestamp } from 'drizzle-orm/pg-core';
import {
  FIGURES,
  PAGE_FACTS,
  type PageFact,
  recordOf,
  SPOT_FIGURES,
  type TypeOf,
  valueType,
} from '../../domain/figures.ts';

/** An instant with microseconds; text in TypeScript, which keeps all of them. */
export const instantColumn = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 6, mode: 'string' });

export const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

const decimal = (name: string) => numeric(name);

/** The figures of an observation: without a fixed scale, so each keeps its digits. */
export const figures = recordOf(FIGURES, decimal);
export const spotFigures = recordOf(SPOT_FIGURES, decimal);

const COLUMNS = {
  decimal,
  whole: (name: string) => integer(name),
  text: (name: string) => text(name),
  instant: instantColumn,
};
type PageColumns = { [Fact in PageFact]: ReturnType<(typeof COLUMNS)[TypeOf<Fact>]> };

/** The page facts of an observation. */
export const pageFacts = recordOf(PAGE_FACTS, (fact) => COLUMNS[valueType(fact)](fact)) as PageColumns;

import { describe, expect, expectTypeOf, test } from 'vitest';
import type { NewRow } from '../../src/db/observations/append.ts';
import type { ObservationRow } from '../../src/db/observations/row.ts';
import type { latestObservations, observations } from '../../src/db/schema/observations.ts';
import type { replayDifferences } from '../../src/db/schema/replays.ts';
import { everyColumn } from '../../src/db/sql/column-list.ts';
import {
  BAR_FIGURES,
  FIGURES,
  type Figure,
  PAGE_FACTS,
  type PageFact,
  type PageFacts,
  SPOT_FIGURES,
  type SpotFigure,
  VALUE_NAMES,
} from '../../src/domain/figures.ts';
import { FIELD_NAMES } from '../../src/http/data/fields.ts';

type LatestRow = typeof latestObservations.$inferSelect;

describe('the list of figures', () => {
  test('puts each value into one kind of row', () => {
    expect([...FIGURES, ...PAGE_FACTS].sort()).toEqual([...VALUE_NAMES].sort());
    expect([...SPOT_FIGURES, ...BAR_FIGURES].sort()).toEqual([...FIGURES].sort());
  });

  test('makes the columns of every table with figures', () => {
    expectTypeOf<Figure>().toExtend<keyof typeof observations.$inferInsert>();
    expectTypeOf<Figure>().toExtend<keyof typeof replayDifferences.$inferInsert>();
    expectTypeOf<SpotFigure | PageFact>().toExtend<keyof typeof latestObservations.$inferInsert>();
    expectTypeOf<Pick<ObservationRow, Figure>>().toEqualTypeOf<Record<Figure, string | null>>();
    expectTypeOf<Pick<LatestRow, PageFact>>().toEqualTypeOf<PageFacts>();
  });

  test('a statement that omits a column does not compile', () => {
    const list = everyColumn<{ price_usd: string; low_usd?: string }>();
    expectTypeOf<['price_usd', 'low_usd']>().toExtend<Parameters<typeof list<'price_usd' | 'low_usd'>>[0]>();
    expectTypeOf<['price_usd']>().not.toExtend<Parameters<typeof list<'price_usd'>>[0]>();
    expectTypeOf<Omit<NewRow, 'low_usd'>>().not.toExtend<NewRow>();
  });
});

// Spreadsheets and scripts count columns: new columns come after these.
test('the first columns of an export never move', () => {
  expect(FIELD_NAMES.slice(0, 17)).toEqual([
    'id',
    'source',
    'ticker',
    'name',
    'asset',
    'external_id',
    'kind',
    'price_usd',
    'market_cap_usd',
    'volume_24h_usd',
    'percent_change_24h',
    'open_usd',
    'high_usd',
    'low_usd',
    'created_at',
    'ingested_at',
    'flags',
  ]);
});

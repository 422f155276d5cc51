// The only definition of tables and types; migrations are generated from it.
export * from './schema/access.ts';
export * from './schema/candles.ts';
export * from './schema/drift.ts';
export * from './schema/identity.ts';
export * from './schema/lake.ts';
export * from './schema/observations.ts';
export * from './schema/replays.ts';
export * from './schema/retention.ts';
export * from './schema/runs.ts';
export * from './schema/tape.ts';
export * from './schema/uploads.ts';
export * from './schema/upstreams.ts';

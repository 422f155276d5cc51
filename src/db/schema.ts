// Single truth for tables and types; migrations are generated from it.
export * from './schema/identity.ts';
export * from './schema/observations.ts';
export * from './schema/replays.ts';
export * from './schema/runs.ts';
export * from './schema/tape.ts';
export * from './schema/uploads.ts';

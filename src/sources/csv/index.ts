export { CSV_FAULT_CODES, CSV_FAULTS, CsvFault, type CsvFaultCode } from './fault.ts';
export { planUpload } from './plan/make.ts';
export { parsePlan } from './plan/stored.ts';
export type { CsvHints, CsvPlan } from './plan/types.ts';
export type { KnownCoin } from './plan/whose/known-coins.ts';
export { wordsToLookUp } from './plan/whose/look-up.ts';
export { readRow, rowReader } from './read-row.ts';
export type { CsvEncoding, CsvHead, CsvPosition, CsvRecord } from './record.ts';
export { DIALECTS } from './registry.ts';

import type { JsonType } from './shape.ts';

/** One field that a source reads. Every field except a required one may be unknown (null, "", absent). */
export interface ContractField {
  /** Path with dots, as in a FieldShape. */
  field: string;
  takes: JsonType[];
  required: boolean;
  /** Whether an invalid value rejects the record: a price, an id or an instant. */
  is_strict: boolean;
  /** Its keys are data, so nothing below it is a field. */
  is_map: boolean;
  /** Whether only some plans of the vendor send it. Then its absence from all replies is not drift. */
  of_some_plans: boolean;
}

import type { JsonType } from './shape.ts';

/** One field that a source reads. Unknown (null, "", absent) is taken everywhere but in a required one. */
export interface ContractField {
  /** Path with dots, as in a FieldShape. */
  field: string;
  takes: JsonType[];
  required: boolean;
  /** Whether a record is refused for what is no value of the field: a price, an id or an instant. */
  is_strict: boolean;
  /** Its keys are data: whatever is below it is no field. */
  is_map: boolean;
  /** Whether only some plans of the vendor send it: that a reply never had it is no drift. */
  of_some_plans: boolean;
}

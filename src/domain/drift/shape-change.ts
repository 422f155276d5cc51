import { changeOf, toldField } from './field-change.ts';
import type { FieldShape } from './shape.ts';

export interface ShapeChange {
  field: string;
  change: 'added' | 'gone' | 'type_changed' | 'range_changed';
  was: string;
  is: string;
}

/** How the fields of one payload differ from those of another, by name. */
export function compareShapes(before: FieldShape[], after: FieldShape[]): ShapeChange[] {
  const [was, is] = [byName(before), byName(after)];
  return [...new Set([...was.keys(), ...is.keys()])].toSorted().flatMap((field) => {
    const [old, now] = [was.get(field), is.get(field)];
    const told = { field, was: toldField(old), is: toldField(now) };
    if (old === undefined) return { ...told, change: 'added' };
    if (now === undefined) return { ...told, change: 'gone' };
    const change = changeOf(undefined, old, now);
    return change === null ? [] : { ...told, change: change.status };
  });
}

const byName = (fields: FieldShape[]) => new Map(fields.map((shape) => [shape.field, shape]));

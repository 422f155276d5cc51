import { FIGURES } from '../../src/domain/figures.ts';
import type { Upload } from './client.ts';

const TEXT_CHARS_SHOWN = 40;
const RAW_CHARS_SHOWN = 200;

/** How a file is read, as lines: column by column, and its first records beside their rows. */
export function reviewOf({ dialect, plan, preview }: Upload): string[] {
  if (plan === null) return [];
  return [
    `read as ${dialect} (${plan.reader}). ${plan.convention} ${plan.why}`,
    ...plan.columns.map(columnLine),
    ...(preview ?? []).flatMap(recordLines),
  ];
}

function columnLine({ column, role, as, example }: NonNullable<Upload['plan']>['columns'][number]): string {
  const shown = example === null ? '' : `  ${quoted(example.text)} → ${example.value ?? 'unknown'}`;
  return `  column ${quoted(column)}: ${role}, ${as}${shown}`;
}

function recordLines({ line, raw, row }: NonNullable<Upload['preview']>[number]): string[] {
  return [
    `  line ${line}: ${raw.slice(0, RAW_CHARS_SHOWN)}`,
    `    → ${row === null ? 'refused' : rowText(row)}`,
  ];
}

type Row = NonNullable<NonNullable<Upload['preview']>[number]['row']>;

function rowText(row: Row): string {
  const figures = FIGURES.flatMap((name) => (row[name] == null ? [] : `${name} ${row[name]}`));
  const { external_id, asset, created_at, flags } = row;
  const flagged = Array.isArray(flags) && flags.length > 0 ? [`flags ${flags.join(' ')}`] : [];
  return [created_at, external_id, `asset ${asset ?? 'unknown'}`, ...figures, ...flagged].join('  ');
}

const quoted = (text: string) =>
  JSON.stringify(text.length > TEXT_CHARS_SHOWN ? `${text.slice(0, TEXT_CHARS_SHOWN)}…` : text);

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Figure, Outcome, Table } from './outcome.ts';

/** A table as text. Each column is as wide as its longest cell. */
export function tableText(rows: Record<string, string | number | null>[]): string {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const lines = [names, ...rows.map((row) => names.map((name) => cellText(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const isText = names.map((name) => rows.some((row) => typeof row[name] === 'string'));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          isText[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const cellText = (cell: string | number | null | undefined): string =>
  typeof cell === 'number' ? cell.toLocaleString('en', { maximumFractionDigits: 4 }) : (cell ?? '–');

/** All tables, then each figure with its bound. */
export function outcomeText({ figures, tables }: Outcome): string {
  const texts = tables.map(({ title, rows }: Table) => `${title}\n\n${tableText(rows)}\n`);
  return [...texts, `Figures\n\n${tableText(figures.map(figureRow))}\n`].join('\n');
}

const figureRow = ({ name, unit, value, least, most, wanted, met }: Figure) => ({
  figure: name,
  value,
  unit,
  'of rounds': least === most ? '' : `${cellText(least)} – ${cellText(most)}`,
  wanted: wanted ?? '',
  met: met === null ? '' : met ? 'yes' : 'NO',
});

/** The machine that produced the figures. */
export function circumstances(postgres: { version: string; settings: string }) {
  const [cpu] = cpus();
  const version = (name: string) =>
    (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;
  return {
    date: new Date().toISOString(),
    commit: commit(),
    machine: {
      cpu: cpu?.model ?? 'unknown',
      cpus: cpus().length,
      memory_gb: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
    },
    versions: {
      node: process.version,
      workerd: version('workerd'),
      miniflare: version('miniflare'),
      wrangler: version('wrangler'),
      postgres: postgres.version,
    },
    postgres_settings: postgres.settings,
  };
}

function commit(): string | null {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;
  } catch {
    return null;
  }
}

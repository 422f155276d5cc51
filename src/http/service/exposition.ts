/** Text format 0.0.4 of Prometheus. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface Sample {
  labels?: Record<string, string>;
  /** Null is unknown: the sample is omitted. */
  value: number | null;
  /** `_sum` or `_count` of a summary. */
  suffix?: string;
}

export interface Metric {
  name: string;
  type: 'counter' | 'gauge' | 'summary';
  help: string;
  samples: Sample[];
}

/** The metrics in the format of Prometheus. A metric without samples is omitted. */
export const exposition = (metrics: Metric[]): string => metrics.map(textOf).join('');

function textOf({ name, type, help, samples }: Metric): string {
  const lines = samples.flatMap(({ labels = {}, value, suffix = '' }) =>
    value === null ? [] : [`${name}${suffix}${labelsText(labels)} ${numberText(value)}`],
  );
  if (lines.length === 0) return '';
  return `${[`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...lines].join('\n')}\n`;
}

function labelsText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
};

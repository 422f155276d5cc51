import * as z from '../../zod.ts';
import { defineTool } from '../tool.ts';
import { duration, line, lines, quoted } from '../words.ts';

interface Health {
  status: 'ok' | 'degraded' | 'down';
  database: { connected: boolean };
  sources: {
    source: string;
    status: string;
    last_success_at: string | null;
    age_seconds: number | null;
    stale: boolean;
    newest_data_age_seconds: number | null;
    message: string | null;
  }[];
  upstreams: 'live' | 'sandbox';
  version: string;
}

export const tapeStatus = defineTool({
  name: 'tape_status',
  title: 'How fresh the tape is',
  description: 'Whether each source is healthy, when it last succeeded and how old its newest data is.',
  input: z.strictObject({}),
  answer: async (ask) => {
    const health = await ask<Health>('/health');
    const text = lines(
      line(
        `The tape is ${health.status}`,
        health.database.connected ? '' : 'its database cannot be reached, so no other tool can answer',
        `version ${health.version}`,
      ),
      health.upstreams === 'sandbox'
        ? 'SANDBOX: every polled number is synthetic, made on this machine. None of them is market data.'
        : '',
      ...health.sources.map(sourceText),
    );
    return { text, content: { ...health } };
  },
});

const sourceText = (row: Health['sources'][number]): string =>
  line(
    `- ${row.source}: ${row.status}`,
    row.last_success_at === null
      ? 'no run has succeeded yet'
      : `last success ${row.last_success_at}, ${duration(row.age_seconds ?? 0)} ago`,
    row.newest_data_age_seconds === null ? '' : `newest data ${duration(row.newest_data_age_seconds)} old`,
    row.stale ? 'STALE: no success for three of its beats' : '',
    row.message === null ? '' : quoted(row.message, 300),
  );

import * as z from '../../zod.ts';
import { encodedText } from '../ask.ts';
import { footTexts, type Meta } from '../reply.ts';
import { defineTool } from '../tool.ts';
import { idText, line, lines, quoted, RECORD_CHARS_MAX } from '../words.ts';

interface Proof {
  observation: { id: string };
  matches: boolean;
  values: Record<string, { served: unknown; recomputed: unknown; matches: boolean }> | null;
  problem: { code: string; message: string } | null;
  source: string;
  request: { endpoint: string; url: string | null; fetched_at: string; upload_id: string | null };
  run: { id: number; trigger: string };
  bytes: { sha256: string; size_bytes: number; verified: boolean; expired_at: string | null };
  pointer: string;
  record: string | null;
  superseded: { at: string; reason: string; by: string | null; withdraw_reason: string | null } | null;
}

export const explainObservation = defineTool({
  name: 'explain_observation',
  title: 'Prove a number',
  description:
    'Where an observation comes from: the request and its time, the SHA-256 of the stored bytes, ' +
    'the position of the record in them, the record itself if it may be shown, and every value ' +
    'recomputed from it now. Takes the observation id of the other tools.',
  input: z.strictObject({
    observation_id: z.string().meta({
      description: 'The id of an observation.',
      example: 'coinpaprika_btc-bitcoin_spot_1736503200000000_1',
    }),
  }),
  answer: async (ask, { observation_id }) => {
    const { data, meta } = await ask<{ data: Proof; meta: Meta }>(
      `/observations/${encodedText(observation_id)}/proof`,
      { decimals: 'string' },
    );
    const text = lines(
      verdict(data),
      originText(data),
      ...valueTexts(data),
      ...endTexts(data),
      ...footTexts(meta),
    );
    return { text, content: { data, meta } };
  },
});

function verdict({ matches, problem, observation }: Proof): string {
  const id = idText(observation.id);
  if (matches)
    return `PROVEN: ${id} was recomputed from the stored bytes just now, and every value is the same.`;
  if (problem !== null)
    return `NOT PROVEN: ${id} could not be recomputed: ${problem.code}, ${quoted(problem.message, 300)}`;
  return `DIFFERS: ${id} was recomputed from the stored bytes, and not every value is the same.`;
}

const originText = ({ source, request, run, bytes, pointer }: Proof): string =>
  line(
    `Source ${source}`,
    request.upload_id === null
      ? `${request.endpoint} ${quoted(request.url, 200)} fetched at ${request.fetched_at}`
      : `uploaded file ${request.upload_id}, read at ${request.fetched_at}`,
    `run ${run.id} (${run.trigger})`,
    `${bytes.size_bytes} bytes, sha256 ${bytes.sha256}, ${bytes.verified ? 'hash checked now' : 'hash NOT checked'}`,
    bytes.expired_at === null ? '' : `bytes deleted by retention at ${bytes.expired_at}`,
    `record at ${quoted(pointer, 100)}`,
  );

const valueTexts = ({ values }: Proof): string[] =>
  Object.entries(values ?? {})
    .filter(([, { served, matches }]) => served !== null || !matches)
    .map(([name, { served, recomputed, matches }]) =>
      matches
        ? `- ${name}: ${shown(served)}, the same recomputed`
        : `- ${name}: ${shown(served)}, recomputed ${shown(recomputed)}: DIFFERS`,
    );

/** Figures and instants are shown unchanged; the source wrote everything else. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shown).join(', ');
  const text = String(value ?? 'unknown');
  return /^[\w.:+-]{1,60}$/.test(text) ? text : quoted(text);
}

const endTexts = ({ record, superseded }: Proof): string[] => [
  superseded === null
    ? 'It is the current row of its instant.'
    : line(
        `SUPERSEDED at ${superseded.at} (${superseded.reason})`,
        superseded.by === null ? '' : `by ${idText(superseded.by)}`,
        superseded.withdraw_reason === null ? '' : `reason ${quoted(superseded.withdraw_reason, 300)}`,
      ),
  record === null ? '' : `Record as sent: ${quoted(record, RECORD_CHARS_MAX)}`,
];

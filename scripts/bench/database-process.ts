import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { startNeonServer } from '../neon-server.ts';
import { answerParent } from './child.ts';

// Neon's protocol in front of one database, in a separate process. It counts bytes on the wire. On demand it
// records requests, so they can be repeated without the Worker.

export interface RecordedRequest {
  headers: Record<string, string>;
  body: string;
}

export interface WireCounts {
  requests: number;
  request_bytes: number;
  response_bytes: number;
}

const [target = ''] = process.argv.slice(2);
const counts: WireCounts = { requests: 0, request_bytes: 0, response_bytes: 0 };
let recorded: RecordedRequest[] | null = null;

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as {
    request: IncomingMessage;
    response: { once(event: 'finish', told: () => void): void };
  };
  const { socket } = request;
  const sent_before = socket.bytesWritten;
  const chunks: Buffer[] = [];
  counts.requests += 1;
  counts.request_bytes += Number(request.headers['content-length'] ?? 0);
  if (recorded !== null) request.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.once('finish', () => {
    counts.response_bytes += socket.bytesWritten - sent_before;
    recorded?.push({ headers: neonHeaders(request), body: Buffer.concat(chunks).toString('utf8') });
  });
});

const neonHeaders = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] => entry[0].startsWith('neon-') && typeof entry[1] === 'string',
    ),
  );

const server = await startNeonServer({ target, connections: 20 });

const answers = {
  url: () => server.url,
  counts: () => ({ ...counts }),
  record: () => {
    recorded = [];
  },
  recorded: () => {
    const kept = recorded ?? [];
    recorded = null;
    return kept;
  },
};
export type DatabaseAnswers = typeof answers;

answerParent(answers);

import { failRun, queueRun } from '../../db/runs/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { IngestMessage } from '../../ingest/queue/messages.ts';
import { POLLED_IDS, sourcesOn } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { bodyText } from '../json-body.ts';
import { invalid, NO_PARAMETERS, problemsOf, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import { sendAccepted } from '../send-accepted.ts';
import * as z from '../zod.ts';
import { Triggered } from './schemas.ts';

const TriggerBody = z
  .strictObject({ sources: z.array(z.enum(POLLED_IDS)).min(1).optional() })
  .openapi({ example: { sources: POLLED_IDS.slice(0, 1) } });
const EXAMPLE = JSON.stringify({ sources: POLLED_IDS.slice(0, 1) });

export const triggerEtl: Endpoint = {
  method: 'post',
  path: '/trigger-etl',
  access: 'scheduler',
  spec: {
    tags: ['Ingestion'],
    summary: 'Run sources now',
    description:
      'Accepts one run per source and sends it to the queue. Without a body every polled source ' +
      'runs. A run that another run has made unnecessary ends as skipped. Uploads that lost their ' +
      'message are resumed too.',
    request: { body: { required: false, content: { 'application/json': { schema: TriggerBody } } } },
    responses: {
      202: {
        description: 'Accepted.',
        headers: z.object({ Location: z.string().openapi({ description: 'The first run.' }) }),
        content: { 'application/json': { schema: Triggered } },
      },
      ...problems('invalid_request', 'payload_too_large'),
    },
  },
  handle: postTriggerEtl,
};

async function postTriggerEtl(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const sources = await wantedSources(c);
  const deps = c.get('deps');
  const runs = await Promise.all(sources.map((source) => trigger(deps, source)));
  await sendAccepted(deps, { type: 'resume' });
  return json({ runs }, { Location: `/runs/${runs[0]?.id}` }, 202);
}

async function wantedSources(c: HttpContext): Promise<string[]> {
  const on = sourcesOn(c.get('deps').settings).map(({ id }) => id);
  const text = await bodyText(c);
  if (text.trim() === '') return on;
  const result = TriggerBody.safeParse(parseJson(text));
  if (!result.success) {
    const problems = problemsOf(result.error, 'body');
    throw invalid(
      problems.map((problem, at) =>
        result.error.issues[at]?.code === 'invalid_value'
          ? { ...problem, message: `takes ${on.join(', ')}` }
          : problem,
      ),
    );
  }
  const wanted = [...new Set(result.data.sources ?? on)];
  const off = wanted.filter((id) => !on.includes(id));
  if (off.length === 0) return wanted;
  throw invalid([
    { path: 'sources', message: `${off.join(', ')} is not polled here; SOURCES names the polled sources` },
  ]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([{ path: 'body', message: `is not JSON; send nothing, or ${EXAMPLE}` }]);
  }
}

/** Accepts one run and sends its message; a run whose message cannot be sent ends at once. */
async function trigger({ db, queue, log }: Deps, source: string) {
  const [row] = await queueRun(db, { source, trigger: 'manual' });
  if (row === undefined) throw new Error('An insert returns its row.');
  const run = { id: Number(row.id), source: row.source, status: row.status };
  const message: IngestMessage = { type: 'poll', run_id: run.id, source };
  try {
    await queue.send(message);
  } catch (error) {
    log.error('message.unsent', {
      run_id: run.id,
      reason: error instanceof Error ? error.message : 'unknown',
    });
    await failRun(db, run.id, {
      code: 'message_lost',
      message: 'The queue did not take the message of this run.',
    });
    throw new AppError('queue_unavailable', `The queue did not take run ${run.id}. Trigger it again.`, {
      retry_after_s: 5,
    });
  }
  return run;
}

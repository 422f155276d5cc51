import { rowIn } from '../../db/client.ts';
import { failRun } from '../../db/runs/lifecycle.ts';
import { type BackfillRequest, findHistoryListing, queueBackfill } from '../../db/upstreams/backfills.ts';
import type { Deps } from '../../deps.ts';
import { isStorable } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import type { IngestMessage } from '../../ingest/queue/messages.ts';
import { HISTORY_DAYS, historySource } from '../../sources/registry.ts';
import { unknownAsset } from '../assets/unknown.ts';
import type { HttpContext } from '../context.ts';
import { parseAssetRef } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { readJsonBody } from '../json-body.ts';
import { invalid, NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import { Source } from '../schemas.ts';
import { lookAfterLater } from '../send-accepted.ts';
import * as z from '../zod.ts';

const daysFault = (max: number) => `must be a whole number from 1 to ${max}`;
/** The span of the source with the longest history; the settings determine which source answers. */
const DAYS_MAX = Math.max(1, ...Object.values(HISTORY_DAYS));
const DAYS = daysFault(DAYS_MAX);
const DAYS_DEFAULT = 30;

const BackfillBody = z
  .strictObject({
    asset: z
      .string({ error: 'must be an asset, as btc-bitcoin or source:external_id' })
      .min(1, 'must not be empty')
      .max(400, 'is too long')
      .refine(isStorable, 'must not hold a NUL or half a character')
      .openapi({ description: 'Our id of an asset, or `source:external_id`.' }),
    days: z.int(DAYS).min(1, DAYS).max(DAYS_MAX, DAYS).default(DAYS_DEFAULT).openapi({
      description:
        'Up to 1: a point every 5 minutes. Up to 90: every hour. Otherwise every day, at 00:00 UTC.',
    }),
  })
  .openapi({ example: { asset: 'btc-bitcoin', days: 30 } });
const EXAMPLE = '{"asset": "btc-bitcoin", "days": 30}';

const AcceptedBackfill = z
  .object({
    run: z.object({ id: z.number().int(), source: Source, status: z.literal('queued') }),
    asset: z.string(),
    external_id: z.string(),
    days: z.number().int(),
    links: z.object({ run: z.string() }),
  })
  .openapi('AcceptedBackfill');

export const backfills: Endpoint = {
  method: 'post',
  path: '/backfills',
  access: 'scheduler',
  spec: {
    tags: ['Ingestion'],
    summary: 'Fetch the history of a coin',
    description:
      'Accepts a run that requests the history of one coin (one call) and adds unknown points as ' +
      'spot rows with the flag `backfill`; follow it at its Location. Polled rows do not change, ' +
      'and a repeated request adds nothing. Polling covers the last hour.',
    request: { body: { required: true, content: { 'application/json': { schema: BackfillBody } } } },
    responses: {
      202: {
        description: 'Accepted.',
        headers: z.object({ Location: z.string().openapi({ description: 'The run.' }) }),
        content: { 'application/json': { schema: AcceptedBackfill } },
      },
      ...problems('invalid_request', 'unknown_asset', 'conflict', 'payload_too_large'),
    },
  },
  handle: postBackfill,
};

async function postBackfill(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const { asset, days } = await readJsonBody(c, BackfillBody, EXAMPLE);
  const deps = c.get('deps');
  const { id: source, history } = historySource(deps.settings) ?? {};
  if (source === undefined || history === undefined)
    throw new AppError('conflict', 'No source in SOURCES gives history.');
  if (days > history.days_max) throw invalid([{ path: 'days', message: daysFault(history.days_max) }]);
  const listing = await historyListing(deps, asset, source);
  const id = await accept(deps, { source, external_id: listing.external_id, days });
  const links = { run: `/runs/${id}` };
  const run = { id, source, status: 'queued' as const };
  return json({ run, ...listing, days, links }, { Location: links.run }, 202);
}

/**
 * The id of the asset at the source with history. Throws `unknown_asset`, or `conflict` if the source does not list
 * it.
 */
async function historyListing(
  deps: Deps,
  asset: string,
  source: string,
): Promise<{ asset: string; external_id: string }> {
  const found = rowIn(await findHistoryListing(deps.db, parseAssetRef(asset), source));
  if (found.unknown !== null) throw await unknownAsset(deps, found.unknown);
  if (found.asset === null || found.external_id === null)
    throw new AppError(
      'conflict',
      `No listing of ${source} is known for ${asset}, so there is no history to request.`,
    );
  return { asset: found.asset, external_id: found.external_id };
}

/** Accepts the run and sends its message; a run whose message cannot be sent ends at once. */
async function accept(deps: Deps, request: BackfillRequest): Promise<number> {
  const { db, queue, log } = deps;
  const { run_id } = rowIn(await queueBackfill(db, request));
  const id = Number(run_id);
  try {
    await queue.send({ type: 'backfill', run_id: id } satisfies IngestMessage);
  } catch (error) {
    log.error('message.unsent', { run_id: id, reason: error instanceof Error ? error.message : 'unknown' });
    await failRun(db, id, {
      code: 'message_lost',
      message: 'The queue did not take the message of this run.',
    });
    throw new AppError('queue_unavailable', `The queue did not take run ${id}. Request it again.`, {
      retry_after_s: 5,
    });
  }
  await lookAfterLater(deps);
  return id;
}

import { rowIn } from '../../db/client.ts';
import { DECISION_ACTIONS, insertDecision, undoDecision } from '../../db/identity/decisions.ts';
import { isStorable } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { readJsonBody } from '../json-body.ts';
import { invalid, NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import { sendAccepted } from '../send-accepted.ts';
import * as z from '../zod.ts';
import { Decision } from './schemas.ts';
import { unknownAsset } from './unknown.ts';

const EXAMPLE = {
  action: 'pin',
  asset: 'btc-bitcoin',
  who: 'ada@example.com',
  why: 'Same contract, renamed last week.',
} as const;

const words = (charsMax: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(charsMax, `may have ${charsMax} characters`)
    .refine(isStorable, 'must not hold a NUL or half a character');

const DecisionBody = z
  .strictObject({
    action: z.enum(DECISION_ACTIONS, { error: `must be one of ${DECISION_ACTIONS.join(', ')}` }),
    asset: words(300).optional().openapi({
      description: "For `pin` only: the id of the listing's asset; without it, the asset of the mapping.",
    }),
    who: words(200).openapi({ description: 'Who decides.' }),
    why: words(1000).openapi({ description: 'The reason; the mapping keeps it.' }),
  })
  .refine(({ action, asset }) => asset === undefined || action === 'pin', {
    path: ['asset'],
    message: 'is allowed with pin only; confirm and reject concern the asset of the mapping',
  })
  .openapi({ example: EXAMPLE });

const Decided = Decision.extend({ mapping_id: z.number().int(), links: z.record(z.string(), z.string()) });

export const decideMapping: Endpoint = {
  method: 'post',
  path: '/mappings/{id}/decisions',
  access: 'scheduler',
  spec: {
    tags: ['Assets'],
    summary: 'Confirm, reject or pin a mapping',
    description:
      'The decision is stored at once, and the next resolution, which is queued, applies it. It ' +
      'overrides all other evidence until a later decision. Observations are never rewritten. A ' +
      'repeated decision is the same decision.',
    request: {
      params: z.object({ id: z.string().openapi({ description: 'The id of a mapping.', example: '1' }) }),
      body: { required: true, content: { 'application/json': { schema: DecisionBody } } },
    },
    responses: {
      202: {
        description: 'Stored; it takes effect soon.',
        content: { 'application/json': { schema: Decided } },
      },
      ...problems('invalid_request', 'unknown_asset', 'not_found', 'payload_too_large'),
    },
  },
  handle: postDecision,
};

async function postDecision(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const mapping_id = idOf(c, 'id', 'a mapping');
  const { asset, ...body } = await readJsonBody(c, DecisionBody, JSON.stringify(EXAMPLE));
  const deps = c.get('deps');
  const decision = { ...body, mapping_id, asset_id: asset ?? null };
  const [, , decided] = await deps.db.batch(insertDecision(deps.db, decision));
  const row = rowIn(decided);
  if (!row.has_mapping) throw new AppError('not_found', `There is no mapping ${mapping_id}.`);
  if (!row.has_asset) throw await unknownAsset(deps, [asset ?? '']);
  await sendAccepted(deps, { type: 'resolve' });
  const links = { mappings: `/mappings?${new URLSearchParams({ asset: row.asset_id ?? '' })}` };
  const kept = { id: Number(row.id), mapping_id, ...body, asset: row.asset_id, decided_at: row.decided_at };
  return json({ ...kept, links }, {}, 202);
}

const UndoBody = z
  .strictObject({ who: words(200), why: words(1000) })
  .openapi({ example: { who: EXAMPLE.who, why: 'It was another coin after all.' } });

const Undone = z.object({
  id: z.number().int(),
  mapping_id: z.number().int(),
  undone_at: z.string(),
  links: z.record(z.string(), z.string()),
});

export const undoMapping: Endpoint = {
  method: 'post',
  path: '/mappings/{id}/decisions/{decision}/undo',
  access: 'scheduler',
  spec: {
    tags: ['Assets'],
    summary: 'Take a decision back',
    description:
      'The decision no longer applies, and the evidence decides again at the next resolution, which' +
      ' is queued. The mapping keeps the decision, with who undid it and why. A repeated request ' +
      'changes nothing.',
    request: {
      params: z.object({
        id: z.string().openapi({ description: 'The id of a mapping.', example: '1' }),
        decision: z.string().openapi({ description: 'The id of one of its decisions.', example: '1' }),
      }),
      body: { required: true, content: { 'application/json': { schema: UndoBody } } },
    },
    responses: {
      202: {
        description: 'Undone; it takes effect soon.',
        content: { 'application/json': { schema: Undone } },
      },
      ...problems('invalid_request', 'not_found', 'payload_too_large'),
    },
  },
  handle: postUndo,
};

async function postUndo(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const mapping_id = idOf(c, 'id', 'a mapping');
  const decision = idOf(c, 'decision', 'a decision');
  const body = await readJsonBody(c, UndoBody, JSON.stringify({ who: EXAMPLE.who, why: EXAMPLE.why }));
  const deps = c.get('deps');
  const [, undone] = await deps.db.batch(undoDecision(deps.db, { mapping_id, decision, ...body }));
  const { undone_at } = rowIn(undone);
  if (undone_at === null)
    throw new AppError('not_found', `The mapping ${mapping_id} has no decision ${decision}.`);
  await sendAccepted(deps, { type: 'resolve' });
  return json({ id: decision, mapping_id, undone_at, links: { mappings: '/mappings' } }, {}, 202);
}

function idOf(c: HttpContext, name: 'id' | 'decision', what: string): number {
  const id = c.req.param(name) ?? '';
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw invalid([{ path: name, message: `must be the id of ${what}` }]);
}

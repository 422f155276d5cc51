import { rowIn } from '../../db/client.ts';
import { findWithdrawal, type WithdrawalRow } from '../../db/observations/find-withdrawal.ts';
import { requestWithdrawal } from '../../db/observations/withdraw.ts';
import type { Deps } from '../../deps.ts';
import { isStorable } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { readJsonBody } from '../json-body.ts';
import { invalid, NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import { sendAccepted } from '../send-accepted.ts';
import { UploadParams, uploadIdOf } from '../uploads/id.ts';
import { Withdrawal } from '../uploads/schemas.ts';
import * as z from '../zod.ts';

const REASON_CHARS_MAX = 1000;

const WithdrawBody = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(1, 'must say why')
      .max(REASON_CHARS_MAX, `may have ${REASON_CHARS_MAX} characters`)
      .refine(isStorable, 'must not hold a NUL or half a character'),
  })
  .openapi({ example: { reason: 'The vendor has called these prices wrong.' } });

const spec = (summary: string, params: z.ZodObject) => ({
  summary,
  description:
    'The withdrawal supersedes its current rows, and the values that they had replaced return as ' +
    'new revisions. Nothing is deleted, and the reason is kept. A repeated request changes ' +
    'nothing.',
  request: {
    params,
    body: { required: true, content: { 'application/json': { schema: WithdrawBody } } },
  },
  responses: {
    202: {
      description: 'Accepted, now or by an earlier request.',
      headers: z.object({ Location: z.string() }),
      content: { 'application/json': { schema: Withdrawal } },
    },
    ...problems('invalid_request', 'not_found', 'conflict', 'payload_too_large'),
  },
});

export const withdrawUpload: Endpoint = {
  method: 'post',
  path: '/uploads/{id}/withdraw',
  access: 'upload',
  spec: { tags: ['Uploads'], ...spec('Withdraw the rows of an upload', UploadParams) },
  handle: async (c) => {
    const upload_id = uploadIdOf(c);
    const row = await withdrawal(c, { upload_id }, `upload ${upload_id}`);
    const self = `/uploads/${upload_id}`;
    return accepted(row, { id: upload_id, status: row.upload_status, self });
  },
};

export const withdrawRun: Endpoint = {
  method: 'post',
  path: '/runs/{id}/withdraw',
  access: 'scheduler',
  spec: {
    tags: ['Ingestion'],
    ...spec(
      'Withdraw the rows of a run',
      z.object({ id: z.string().openapi({ description: 'The number of a run.', example: '1' }) }),
    ),
  },
  handle: async (c) => {
    const run_id = runIdOf(c);
    const row = await withdrawal(c, { run_id }, `run ${run_id}`);
    return accepted(row, { id: run_id, status: row.run_status, self: `/runs/${run_id}` });
  },
};

function runIdOf(c: HttpContext): number {
  const id = c.req.param('id') ?? '';
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw invalid([{ path: 'id', message: 'must be the number of a run' }]);
}

/** Stores the reason, the first one if it is requested twice, and sends the message. */
async function withdrawal(
  c: HttpContext,
  of: { run_id: number } | { upload_id: string },
  name: string,
): Promise<WithdrawalRow> {
  readQuery(c, NO_PARAMETERS);
  const { reason } = await readJsonBody(c, WithdrawBody, '{"reason": "why the rows are wrong"}');
  const deps = c.get('deps');
  const [found] = await findWithdrawal(deps.db, of);
  if (found === undefined) throw new AppError('not_found', `There is no ${name}.`);
  const row = found.withdraw_reason === null ? await ask(deps, Number(found.run_id), reason) : found;
  if (row.withdraw_reason === null)
    throw new AppError(
      'conflict',
      row.run_status === 'skipped'
        ? `The ${name} was skipped and has no rows.`
        : `The ${name} has not ended yet. Withdraw it after that.`,
    );
  if (row.withdrawn_at === null) await sendAccepted(deps, { type: 'withdraw', run_id: Number(row.run_id) });
  return row;
}

async function ask({ db }: Deps, run_id: number, reason: string): Promise<WithdrawalRow> {
  const [, found] = await db.batch([requestWithdrawal(db, run_id, reason), findWithdrawal(db, { run_id })]);
  return rowIn(found);
}

function accepted(
  { run_id, withdraw_reason, withdrawn_at }: WithdrawalRow,
  { self, ...thing }: { id: string | number; status: string | null; self: string },
): Response {
  const links = { self, run: `/runs/${run_id}` };
  return json({ ...thing, withdraw_reason, withdrawn_at, links }, { Location: self }, 202);
}

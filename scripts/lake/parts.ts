import { z } from 'zod';
import { LakeError } from './lake-error.ts';

const Part = z.object({
  day: z.string(),
  part: z.string(),
  kind: z.enum(['changes', 'listings']),
  rows: z.number(),
  size_bytes: z.number(),
  sha256: z.string(),
  content_hash: z.string(),
  url: z.string(),
});
export type Part = z.infer<typeof Part>;
const Page = z.object({ data: z.array(Part), pagination: z.object({ next: z.string().nullable() }) });

export interface Target {
  url: string;
  token: string;
}

/** The parts that GET /lake lists, oldest first. */
export async function listParts(target: Target, query: Record<string, string>): Promise<Part[]> {
  const parts: Part[] = [];
  let path: string | null = `/lake?${new URLSearchParams({ ...query, limit: '1000' })}`;
  while (path !== null) {
    const page: z.infer<typeof Page> = Page.parse(await (await ask(target, path)).json());
    parts.push(...page.data);
    path = page.pagination.next;
  }
  return parts;
}

export async function partBytes(target: Target, { url }: Part): Promise<Uint8Array> {
  return new Uint8Array(await (await ask(target, url)).arrayBuffer());
}

async function ask({ url, token }: Target, path: string): Promise<Response> {
  const response = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } }).catch(
    (error: Error) => Promise.reject(new LakeError(`${url} cannot be reached: ${error.message}`)),
  );
  if (response.ok) return response;
  throw new LakeError(`${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
}

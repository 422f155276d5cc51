import type { McpServer } from '@modelcontextprotocol/server';
import type { HttpContext } from '../context.ts';
import { problem } from '../problem.ts';
import type * as z from '../zod.ts';
import type { Ask } from './ask.ts';
import { similarTo } from './reply.ts';
import { DATA_NOTE, idText, lines, withCutLabels } from './words.ts';

/** The answer of a tool: in words, and as data. */
export interface ToolAnswer {
  text: string;
  content: Record<string, unknown>;
  /** Whether the call failed as a whole. */
  failed?: boolean;
}

export interface Tool<Input extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output?: z.ZodObject;
  answer: (ask: Ask, input: z.output<Input>) => Promise<ToolAnswer>;
}

/** Adds a tool to the server of one request. */
export type Register = (server: McpServer, c: HttpContext, ask: Ask) => void;

const READING = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

export const defineTool =
  <Input extends z.ZodObject>({ name, input, output, answer, ...told }: Tool<Input>): Register =>
  (server, c, ask) => {
    const config = {
      ...told,
      annotations: READING,
      ...(output === undefined ? {} : { outputSchema: output }),
    };
    server.registerTool(name, { ...config, inputSchema: input as z.ZodObject }, async (given) => {
      const { text, content, failed } = await answer(ask, given as z.output<Input>).catch((thrown: unknown) =>
        failure(c, ask, thrown),
      );
      return {
        content: [{ type: 'text' as const, text: text.includes('⟦') ? lines(text, DATA_NOTE) : text }],
        structuredContent: withCutLabels(content),
        ...(failed ? { isError: true } : {}),
      };
    });
  };

interface ProblemBody {
  code: string;
  detail: string;
  candidates?: string[];
  earliest?: string;
  errors?: { path: string; message: string }[];
  request_id: string;
}

/** The problem of a route, in words. */
async function failure(c: HttpContext, ask: Ask, thrown: unknown): Promise<ToolAnswer> {
  const response = problem(c, thrown);
  const { code, detail, earliest, errors, request_id, ...told } = await response.json<ProblemBody>();
  const wait = response.headers.get('Retry-After');
  const candidates = await candidatesOf(ask, detail, told.candidates);
  const text = lines(
    `${code}: ${detail}`,
    ...similarTexts(candidates),
    earliest === undefined ? '' : `The earliest instant that can be answered: ${earliest}.`,
    wait === null ? '' : `Try again in ${wait} s.`,
  );
  return {
    text,
    content: { error: { code, detail, candidates, earliest, errors, request_id } },
    failed: true,
  };
}

/** The possible assets of an unknown asset; undefined for another problem. */
async function candidatesOf(
  ask: Ask,
  detail: string,
  told: string[] | undefined,
): Promise<string[] | undefined> {
  if (told === undefined || told.length > 0) return told;
  const name = /^There is no asset ([^ ,]+)/.exec(detail)?.[1] ?? '';
  return similarTo(ask, name).catch(() => []);
}

const similarTexts = (candidates: string[] | undefined): string[] => {
  if (candidates === undefined) return [];
  const similar = `Similar ids: ${candidates.map(idText).join(', ')}. Ask which one is meant.`;
  return [
    ...(candidates.length > 0 ? [similar] : []),
    'search_assets finds coins by symbol, name or contract.',
  ];
};

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Question, respond } from './http.ts';

/** Before and since the revision 2026-07-28, which begins without a handshake. */
export type Era = 'legacy' | 'auto';

/** The official client, on the app instead of a network. */
export async function connect(era: Era, question: Question = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  const transport = new StreamableHTTPClientTransport(new URL('https://tape.test/mcp'), {
    requestInit: { headers: new Headers(question.headers) },
    fetch: (url, init) => {
      const headers = init?.headers === undefined ? {} : { headers: new Headers(init.headers) };
      const { pathname, search } = new URL(String(url));
      return respond(`${pathname}${search}`, {
        ...question,
        method: init?.method ?? 'GET',
        ...(typeof init?.body === 'string' ? { body: init.body } : {}),
        ...headers,
      });
    },
  });
  await client.connect(transport);
  return client;
}

export interface Called {
  text: string;
  content: Record<string, unknown>;
  failed: boolean;
}

/** Calls a tool; `text` is what an agent reads. */
export async function call(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<Called> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  const text = content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
  return { text, content: (structuredContent ?? {}) as Record<string, unknown>, failed: isError === true };
}

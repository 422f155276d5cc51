import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import Papa from 'papaparse';
import { ERRORS } from '../../src/errors.ts';
import type { Answer } from '../support/http.ts';
import { closed, type DeclaredResponse, type Operation, operationsAt, type Schema } from './operations.ts';

export interface Sent {
  method: string;
  /** Path and query, as sent. */
  target: string;
}

const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true, validateFormats: true }));
const validators = new Map<Schema, ValidateFunction>();

/** All differences between a reply and the document's promise for the request. */
export function faultsOf({ method, target }: Sent, answer: Answer): string[] {
  const { pathname } = new URL(target, 'https://tape.test');
  const operations = operationsAt(pathname);
  const operation = operations.find((one) => one.method === (method === 'HEAD' ? 'GET' : method));
  const common = [...commonFaults(answer), ...(method === 'HEAD' ? headFaults(answer) : [])];
  if (answer.status >= 500 && !isDeclaredDown(operation, answer))
    return [...common, `${answer.status} ${answer.text.slice(0, 300)}`];
  if (operation !== undefined) return [...common, ...operationFaults(operation, target, method, answer)];
  return [...common, ...undeclaredFaults(pathname, method, answer)];
}

/** The only 5xx reply that is not a failure: /health with its declared report. */
const isDeclaredDown = (operation: Operation | undefined, { status, text }: Answer): boolean =>
  operation?.path === '/health' && status === 503 && (text === '' || text.startsWith('{"status":"degraded"'));

function commonFaults({ headers, status }: Answer): string[] {
  const missing = ['X-Request-Id', 'Cache-Control', 'Content-Security-Policy', 'X-Content-Type-Options'];
  const faults = missing.filter((name) => !headers.has(name)).map((name) => `${name} is missing`);
  if (status >= 300 && status < 400 && status !== 304) faults.push(`redirects to ${headers.get('Location')}`);
  return faults;
}

const headFaults = ({ text }: Answer) => (text === '' ? [] : ['HEAD has a body']);

/** These describe the other routes, or are a page. */
const UNLISTED = ['/docs', '/openapi.json', '/ops'];

/** The document has no such operation: an unknown path, another method, or a preflight. */
function undeclaredFaults(pathname: string, method: string, answer: Answer): string[] {
  if (method === 'OPTIONS' && answer.status === 204) return answer.headers.has('Allow') ? [] : ['no Allow'];
  if (answer.status === 200 && UNLISTED.includes(pathname)) return [];
  if (answer.status !== 404 && answer.status !== 405)
    return [`${answer.status} for what is not in the document`];
  if (answer.status === 405 && !answer.headers.has('Allow')) return ['405 without Allow'];
  return problemFaults(answer, method);
}

function operationFaults(
  { responses, path }: Operation,
  target: string,
  method: string,
  answer: Answer,
): string[] {
  const declared = responses[String(answer.status)];
  // A raw slash or an empty name in a path leads to an unknown path.
  if (declared === undefined && answer.status === 404 && path.includes('{'))
    return problemFaults(answer, method);
  if (declared === undefined)
    return [`status ${answer.status} is not declared: ${answer.text.slice(0, 200)}`];
  const faults = Object.entries(declared.headers ?? {})
    .filter(([name, { required }]) => required && !answer.headers.has(name))
    .map(([name]) => `${name} is declared and missing`);
  if (declared.content === undefined)
    return answer.text === '' ? faults : [...faults, 'a body where none is'];
  return [...faults, ...contentFaults(declared, target, method, answer)];
}

function contentFaults(declared: DeclaredResponse, target: string, method: string, answer: Answer): string[] {
  const type = answer.header('Content-Type')?.split(';')[0] ?? 'none';
  const content = declared.content?.[type] ?? declared.content?.['*/*'];
  if (content === undefined) return [`content type ${type} is not declared for ${answer.status}`];
  if (type === 'application/problem+json')
    return [...problemFaults(answer, method), ...codeFaults(declared, answer)];
  if (method === 'HEAD') return [];
  if (type === 'text/csv') return csvFaults(answer.text);
  if (type === 'application/x-ndjson') return answer.text.split('\n').slice(0, -1).flatMap(jsonFault);
  if (type !== 'application/json') return [];
  const json = parsed(answer.text);
  if (json === undefined) return ['not JSON'];
  if (!isChosen(target)) return schemaFaults(content.schema, json);
  return hasRows(json) ? schemaFaults(content.schema, withoutRows(json)) : [];
}

/** Whether a reply has only selected members. */
const isChosen = (target: string): boolean => new URL(target, 'https://tape.test').searchParams.has('fields');

/** A list with selected members lacks the others: only the parts beside its rows must match the schema. */
const withoutRows = (json: unknown): unknown => ({ ...(json as object), data: [] });

const hasRows = (json: unknown): boolean => Array.isArray((json as { data?: unknown } | null)?.data);

function schemaFaults(schema: Schema, value: unknown): string[] {
  const validate = validators.get(schema) ?? ajv.compile(closed(schema));
  validators.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** A problem has the same content in its status line, its members and the table of codes. */
function problemFaults({ status, headers, text }: Answer, method: string): string[] {
  if (headers.get('Content-Type') !== 'application/problem+json; charset=utf-8')
    return [`${status} is no problem document`];
  if (headers.get('Cache-Control') !== 'no-store') return ['a problem may be cached'];
  if (method === 'HEAD') return [];
  const problem = parsed(text) as Record<string, unknown> | undefined;
  const known = ERRORS[problem?.code as keyof typeof ERRORS];
  if (known === undefined) return [`no such code: ${text.slice(0, 200)}`];
  const told = [problem?.status, problem?.type, problem?.title, problem?.request_id];
  const wanted = [
    known.status,
    `urn:cointape:problem:${problem?.code}`,
    known.title,
    headers.get('X-Request-Id'),
  ];
  const faults = JSON.stringify(told) === JSON.stringify(wanted) ? [] : [`${told} is not ${wanted}`];
  if (known.status !== status) faults.push(`${problem?.code} with status ${status}`);
  if (status === 401 && !headers.has('WWW-Authenticate')) faults.push('401 without WWW-Authenticate');
  return faults;
}

/** The description of a status names its codes. */
function codeFaults({ description }: DeclaredResponse, { text }: Answer): string[] {
  const { code } = (parsed(text) ?? {}) as { code?: string };
  return code === undefined || description.includes(`\`${code}\``) ? [] : [`${code} is not documented here`];
}

/** Every row has the same number of cells as the header, and no spreadsheet would run a cell. */
function csvFaults(text: string): string[] {
  const { data } = Papa.parse<string[]>(text.trimEnd(), { delimiter: ',' });
  const width = data[0]?.length;
  return data.flatMap((cells, line) => {
    if (cells.length !== width) return [`line ${line}: ${cells.length} cells, not ${width}`];
    const runs = cells.filter((cell) => /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell));
    return runs.map((cell) => `line ${line}: a spreadsheet would run ${JSON.stringify(cell)}`);
  });
}

const jsonFault = (line: string) => (parsed(line) === undefined ? [`not JSON: ${line.slice(0, 100)}`] : []);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

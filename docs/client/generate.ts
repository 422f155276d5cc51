import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

// Writes src/schema.ts from the OpenAPI document of this repository, or of the deployment in TAPE.
// `--check` changes nothing and fails when the file is not what it would write.

type Json = { [member: string]: unknown };

const PLACE = new URL('src/schema.ts', import.meta.url);
const HEAD = '// Written by generate.ts from the OpenAPI document. Do not edit: npm run generate.\n\n';

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

async function readDocument(): Promise<Json> {
  const { TAPE } = process.env;
  if (TAPE !== undefined) return (await (await fetch(`${TAPE}/openapi.json`)).json()) as Json;
  // By URL, because the modules of the Worker are of another TypeScript project.
  const load = (path: string) => import(new URL(`../../src/http/${path}`, import.meta.url).href);
  const [{ buildDocument }, { ENDPOINTS }] = await Promise.all([load('document.ts'), load('endpoints.ts')]);
  return JSON.parse(JSON.stringify(buildDocument(ENDPOINTS)));
}

/** Numbers of sources are texts, since the client always asks for those: a JS number would round them. */
function withTextNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTextNumbers);
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withTextNumbers(one)]));
  const { type, example } = copy;
  if (Array.isArray(type) && type.includes('number') && type.includes('string')) {
    copy.type = type.filter((name) => name !== 'number');
    if (example !== undefined) copy.example = String(example);
  }
  return copy;
}

/** Lists of names may be given as arrays, since a name may hold a comma. */
function takeNameLists(document: Json): void {
  for (const operation of operationsOf(document))
    for (const parameter of parametersOf(operation))
      if (parameter.allowReserved === true)
        parameter.schema = { anyOf: [parameter.schema, { type: 'array', items: { type: 'string' } }] };
}

const operationsOf = ({ paths }: Json): Json[] =>
  Object.values(isObject(paths) ? paths : {}).flatMap((item) =>
    Object.values(isObject(item) ? item : {}).filter(isObject),
  );
const parametersOf = ({ parameters }: Json): Json[] =>
  Array.isArray(parameters) ? parameters.filter(isObject) : [];

const isDecimals = ({ name }: Json) => name === 'decimals';

/** The routes that take `decimals`, which is none of the caller's business any more. */
function takeDecimals(document: Json): string[] {
  const paths = isObject(document.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, item]) => {
    const operations = Object.values(isObject(item) ? item : {}).filter(isObject);
    const taking = operations.filter((operation) => parametersOf(operation).some(isDecimals));
    for (const operation of taking)
      operation.parameters = parametersOf(operation).filter((one) => !isDecimals(one));
    return taking.length > 0 ? [path] : [];
  });
}

async function schemaText(): Promise<string> {
  const document = withTextNumbers(await readDocument()) as Json;
  const exact = takeDecimals(document);
  takeNameLists(document);
  const types = astToString(await openapiTS(document as never, { alphabetize: true }));
  const list = [...exact].sort().map((path) => `    '${path}',\n`);
  const told = '/** Routes that give numbers as texts when they are asked to. */\n';
  return `${HEAD}${types}\n${told}export const EXACT_PATHS: ReadonlySet<string> = new Set([\n${list.join('')}]);\n`;
}

const text = await schemaText();
if (!process.argv.includes('--check')) writeFileSync(PLACE, text);
else if (readFileSync(PLACE, 'utf8') !== text) {
  console.error(
    'docs/client/src/schema.ts does not agree with the OpenAPI document: npm run generate -w docs/client',
  );
  process.exitCode = 1;
}

// Starts Swagger UI from our own files: the page's policy allows nothing inline and nothing foreign.
// It stands before Swagger UI itself, so that what it asks for is under way while that is being read.

const EXAMPLES_MS_MAX = 2000;

/** By path: what this service really has, so that "Execute" finds it. */
const examples = {};
const documentReply = ask('/openapi.json');
const examplesFound = Promise.race([
  findExamples().catch(() => {}), // where reading takes a token, or nothing is there yet
  new Promise((resolve) => setTimeout(resolve, EXAMPLES_MS_MAX)),
]);

async function findExamples() {
  const [newest] = (await ask('/data?latest=true&limit=1')).data;
  if (newest === undefined) return;
  const proof = `/observations/${encodeURIComponent(newest.id)}/proof`;
  for (const path of ['/observations/{id}', '/observations/{id}/proof']) examples[path] = newest.id;
  for (const path of ['/assets/{id}', '/assets/{id}/divergence']) examples[path] = newest.asset;
  examples['/raw/{sha256}'] = (await ask(proof)).data.bytes.sha256;
}

async function ask(path) {
  const response = await fetch(path, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

async function start() {
  const [spec] = await Promise.all([documentReply, examplesFound]);
  for (const [path, example] of Object.entries(examples)) {
    const parameter = spec.paths[path]?.get?.parameters?.find((one) => one.in === 'path');
    if (parameter && example) parameter.schema = { ...parameter.schema, example };
    if (parameter && example) parameter.example = example;
  }
  window.ui = window.SwaggerUIBundle({
    dom_id: '#swagger-ui',
    spec,
    deepLinking: true,
    displayRequestDuration: true,
    validatorUrl: null,
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    docExpansion: 'list',
    // Its colours are too faint, and large replies make it slow.
    syntaxHighlight: false,
    // There is one server, this one.
    plugins: [{ wrapComponents: { ServersContainer: () => () => null } }],
  });
}

addEventListener('DOMContentLoaded', () =>
  start().catch((error) => {
    document.querySelector('#swagger-ui p')?.append(` It could not be shown here: ${error.message}.`);
  }),
);

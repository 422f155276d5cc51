// Starts Swagger UI from our own files: the page's policy allows nothing inline and nothing foreign.
// The page loads it before Swagger UI itself, so its requests run while the browser reads that large file.

/** How long the page waits for examples; it adds later ones when they arrive. */
const EXAMPLES_MS_MAX = 2000;

const documentReply = ask('/openapi.json');
const examplesReply = findExamples().catch(() => ({})); // reading needs a token, or there is no data yet

/** By path: an id that this service really has, so that "Execute" finds it. */
async function findExamples() {
  const [newest] = (await ask('/data?latest=true&limit=1')).data;
  if (newest === undefined) return {};
  const proof = `/observations/${encodeURIComponent(newest.id)}/proof`;
  return {
    '/observations/{id}': newest.id,
    '/observations/{id}/proof': newest.id,
    '/assets/{id}': newest.asset,
    '/assets/{id}/divergence': newest.asset,
    '/raw/{sha256}': (await ask(proof)).data.bytes.sha256,
  };
}

function withExamples(spec, examples) {
  const filled = structuredClone(spec);
  for (const [path, example] of Object.entries(examples)) {
    const parameter = filled.paths[path]?.get?.parameters?.find((one) => one.in === 'path');
    if (parameter && example) Object.assign(parameter, { schema: { ...parameter.schema, example }, example });
  }
  document.documentElement.dataset.examples = Object.keys(examples).length > 0 ? 'found' : 'none';
  return filled;
}

async function ask(path) {
  const response = await fetch(path, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** Swagger UI is dark by a class only; the page itself follows the system. */
function followScheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

async function start() {
  const spec = await documentReply;
  const waited = new Promise((resolve) => setTimeout(resolve, EXAMPLES_MS_MAX));
  const inTime = await Promise.race([examplesReply, waited]);
  window.ui = window.SwaggerUIBundle({
    dom_id: '#swagger-ui',
    spec: inTime === undefined ? spec : withExamples(spec, inTime),
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
  if (inTime === undefined) window.ui.specActions.updateJsonSpec(withExamples(spec, await examplesReply));
}

followScheme();
addEventListener('DOMContentLoaded', () =>
  start().catch((error) => {
    document.querySelector('#swagger-ui p')?.append(` It could not be shown here: ${error.message}.`);
  }),
);

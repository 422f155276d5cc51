import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Marked } from 'marked';
import { docsHeader } from '../src/http/service/docs-frame.ts';

const ROOT = join(import.meta.dirname, '..');
const TARGET = join(ROOT, 'public/docs');
/** The index of the documents has another name as a page. */
const INDEX = 'README.md';
/** A call of the API that a browser can repeat. */
const CALL = /^curl '(?:http:\/\/)?localhost:8787(\/[^']*)'$/;

/** Writes the documents as pages of /docs: a deployment shows the documents of its own release. */
export function writeGuides(): void {
  rmSync(TARGET, { recursive: true, force: true });
  const files = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => !file.includes('node_modules'),
  );
  const documents = new Set(files.filter((file) => file.endsWith('.md') && !file.startsWith('client/')));
  for (const file of files.filter((name) => name.startsWith('images/'))) copy(file);
  for (const file of documents) {
    const text = readFileSync(join(ROOT, 'docs', file), 'utf8');
    write(`${pageOf(file)}.html`, guidePage(text, { file, documents }));
  }
  write('reference.html', REFERENCE);
}

/** `csv.md` → `csv`, `operations/README.md` → `operations/guide`. */
const pageOf = (file: string): string => file.replace(INDEX, 'guide.md').replace(/\.md$/, '');

interface Place {
  file: string;
  documents: ReadonlySet<string>;
}

/** One document as a page. */
export function guidePage(text: string, place: Place): string {
  const title = /^# (.+)$/m.exec(text)?.[1] ?? place.file;
  return frame(title, `/docs/${pageOf(place.file)}`, {
    body: `<main class="guide">\n${renderer(place).parse(text, { async: false })}</main>`,
  });
}

function renderer(place: Place): Marked {
  const seen = new Map<string, number>();
  return new Marked({
    hooks: {
      // A wide table scrolls inside its frame, not with the whole page of a phone.
      postprocess: (html) =>
        html
          .replaceAll('<table>', '<div class="table" tabindex="0"><table>')
          .replaceAll('</table>', '</table></div>'),
    },
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${slug(text, seen)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens);
        const target = targetOf(href, place);
        return target === null ? text : `<a href="${escapeText(target)}">${text}</a>`;
      },
      image({ href, text }) {
        const path = normalize(join(dirname(place.file), href));
        return `<img src="/docs/${escapeText(path)}" alt="${escapeText(text)}">`;
      },
      code: ({ text, lang }) => codeBlock(text, lang ?? ''),
    },
  });
}

/** A link to a file that is not a page here, such as a source file, becomes plain text. */
function targetOf(href: string, { file, documents }: Place): string | null {
  if (/^(https?:|\/|#)/.test(href)) return href;
  const [path = '', fragment] = href.split('#');
  const found = normalize(join(dirname(file), path));
  const document = documents.has(found) ? found : join(found, INDEX);
  if (!documents.has(document)) return null;
  return `/docs/${pageOf(document)}${fragment === undefined ? '' : `#${fragment}`}`;
}

function codeBlock(text: string, lang: string): string {
  const path = lang === 'sh' ? CALL.exec(text.trim())?.[1] : undefined;
  const open =
    path === undefined ? '' : `<p class="open"><a href="${escapeText(path)}">Open it here</a></p>\n`;
  return `<pre tabindex="0"><code>${escapeText(text)}</code></pre>\n${open}`;
}

/** The anchors that GitHub makes: one link works in both places. */
function slug(heading: string, seen: Map<string, number>): string {
  const base = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
  const times = seen.get(base) ?? 0;
  seen.set(base, times + 1);
  return times === 0 ? base : `${base}-${times}`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeText = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

function frame(title: string, path: string, { head = '', body }: { head?: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)} · cointape</title>
<link rel="stylesheet" href="/docs.css">
${head}</head>
<body>
${docsHeader(path)}
${body}
</body>
</html>
`;
}

const REFERENCE = frame('Reference', '/docs/reference', {
  head: '<script src="/vendor/redoc/redoc.standalone.js" defer></script>\n<script src="/docs-reference.js" defer></script>\n',
  body: '<div id="reference"><p>The document itself is at <a href="/openapi.json">/openapi.json</a>.</p></div>',
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(TARGET, file)), { recursive: true });
  writeFileSync(join(TARGET, file), text);
}

function copy(file: string): void {
  mkdirSync(dirname(join(TARGET, file)), { recursive: true });
  copyFileSync(join(ROOT, 'docs', file), join(TARGET, file));
}

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { Marked } from 'marked';
import { docsHeader } from '../src/http/service/docs-frame.ts';

const ROOT = join(import.meta.dirname, '..');
const TARGET = join(ROOT, 'public/docs');
/** The index of the documents has another name as a page. */
const INDEX = 'README.md';
/** A call of the API that a browser can repeat. */
const CALL = /^curl '(?:http:\/\/)?localhost:8787(\/[^']*)'$/;

/**
 * Writes the documents as pages of /docs: a deployment shows the documents of its own release. Pages that are as they
 * should be are left alone, because another start may be writing or serving them.
 */
export function writeGuides(target = TARGET): void {
  const pages = pagesOfDocuments();
  for (const [file, bytes] of pages) {
    const path = join(target, file);
    if (existsSync(path) && readFileSync(path).equals(bytes)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  for (const file of filesIn(target)) if (!pages.has(file)) rmSync(join(target, file), { force: true });
}

function pagesOfDocuments(): Map<string, Buffer> {
  const files = filesIn(join(ROOT, 'docs')).filter((file) => !file.includes('node_modules'));
  const documents = new Set(files.filter((file) => file.endsWith('.md') && !file.startsWith('client/')));
  const read = (file: string) => readFileSync(join(ROOT, 'docs', file));
  return new Map([
    ...files.filter((file) => file.startsWith('images/')).map((file) => [file, read(file)] as const),
    ...[...documents].map((file) => {
      const page = guidePage(read(file).toString(), { file, documents });
      return [`${pageOf(file)}.html`, Buffer.from(page)] as const;
    }),
    ['reference.html', Buffer.from(REFERENCE)],
  ]);
}

/** The paths of the files in a folder and its folders. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

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
  const isCommand = lang === 'sh';
  const path = isCommand ? CALL.exec(text.trim())?.[1] : undefined;
  const open =
    path === undefined ? '' : `<p class="open"><a href="${escapeText(path)}">Open it here</a></p>\n`;
  return `<pre tabindex="0"${isCommand ? ' class="command"' : ''}><code>${escapeText(text)}</code></pre>\n${open}`;
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

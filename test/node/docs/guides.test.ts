import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { guidePage, writeGuides } from '../../../scripts/guides.ts';

const documents = new Set(['start.md', 'tasks.md', 'operations/README.md', 'operations/deploy.md']);
const page = (text: string, file = 'start.md') => guidePage(text, { file, documents });

test('a document becomes a page with its title, the link back and its position in the navigation', () => {
  const html = page('# Getting <started>\n\nText.');
  expect(html).toContain('<title>Getting &lt;started&gt; · cointape</title>');
  expect(html).toContain('<a class="home" href="/">← Dashboard</a>');
  expect(html).toContain('<a href="/docs/start" aria-current="page">Getting started</a>');
  expect(html).toContain('<link rel="stylesheet" href="/docs.css">');
});

describe('links', () => {
  test.each([
    ['[a](tasks.md#2-x)', '<a href="/docs/tasks#2-x">a</a>'],
    ['[a](operations/README.md)', '<a href="/docs/operations/guide">a</a>'],
    ['[a](#below)', '<a href="#below">a</a>'],
    ['[a](https://example.com)', '<a href="https://example.com">a</a>'],
    // A file that is not a page here is text.
    ['[a](../CONTRIBUTING.md) b', '<p>a b</p>'],
  ])('%s', (text, html) => {
    expect(page(text)).toContain(html);
  });

  test('of a document in a folder', () => {
    expect(page('[a](../tasks.md) [b](deploy.md)', 'operations/README.md')).toContain(
      '<p><a href="/docs/tasks">a</a> <a href="/docs/operations/deploy">b</a></p>',
    );
  });
});

test('headings have the ids that GitHub assigns, once each', () => {
  expect(page('## GET /drift\n\n## It’s `one`\n\n## It’s `one`')).toMatch(
    /id="get-drift">[\s\S]*id="its-one">[\s\S]*id="its-one-1">/,
  );
});

test('a call can be opened if the page is served by the Worker; its text is escaped', () => {
  const html = page("```sh\ncurl 'localhost:8787/prices?asset=a&at=2024-06-15'\n```");
  expect(html).toContain('<a href="/prices?asset=a&amp;at=2024-06-15">Open it here</a>');
  expect(page('```json\n{ "a": "<b>" }\n```')).toContain(
    '<code>{ &quot;a&quot;: &quot;&lt;b&gt;&quot; }</code>',
  );
});

test('a command wraps, and an answer keeps its lines', () => {
  expect(page('```sh\nnpm start\n```')).toContain('<pre tabindex="0" class="command"><code>npm start</code>');
  expect(page('```json\n{}\n```')).toContain('<pre tabindex="0"><code>{}</code>');
});

test('images are beside the pages, and tables scroll', () => {
  expect(page('![The list](images/list.png)')).toContain('<img src="/docs/images/list.png" alt="The list">');
  expect(page('| A |\n|---|\n| [x](tasks.md) |')).toMatch(
    /<div class="table" tabindex="0"><table>[\s\S]*<a href="\/docs\/tasks">x<\/a>[\s\S]*<\/table>/,
  );
});

// Two starts of one tree write the same folder at the same time.
test('pages that are right stay untouched, a wrong one is mended, and one without a document goes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cointape-guides-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeGuides(folder);
  const path = (file: string) => join(folder, file);
  const right = readFileSync(path('csv.html'));
  const written = statSync(path('operations/guide.html')).mtimeMs;
  writeFileSync(path('csv.html'), 'half a page');
  writeFileSync(path('operations/gone.html'), 'of an older release');
  writeGuides(folder);
  expect(readFileSync(path('csv.html'))).toEqual(right);
  expect(statSync(path('operations/guide.html')).mtimeMs).toBe(written);
  expect(readdirSync(path('operations'))).not.toContain('gone.html');
});

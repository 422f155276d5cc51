import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const documents = execFileSync('git', ['ls-files', '*.md', '*/*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('test/') && existsSync(file));

const text = (file: string) => readFileSync(file, 'utf8');
const prose = (file: string) => text(file).replaceAll(/```[\s\S]*?```/g, '');

/** As GitHub names the headings of a document. */
function anchors(file: string): string[] {
  const slugs = [...prose(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return slugs.map((slug, at) => {
    const before = slugs.slice(0, at).filter((one) => one === slug).length;
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

test('the repository has its documents', () => {
  expect(documents).toEqual(
    expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/tasks.md', 'docs/start.md']),
  );
});

test.for(documents)('%s: every link to a file or a heading has a target', (file) => {
  const dead = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^(https?:|mailto:)/.test(link)) return [];
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(target)) return [link];
    return anchor === undefined || anchors(target).includes(anchor) ? [] : [link];
  });
  expect(dead).toEqual([]);
});

test('the index of the decisions names each of them', () => {
  const index = text('docs/decisions/README.md');
  const missing = documents
    .filter((file) => file.startsWith('docs/decisions/') && !file.endsWith('README.md'))
    .map((file) => file.slice('docs/decisions/'.length))
    .filter((file) => !index.includes(`(${file})`));
  expect(missing).toEqual([]);
});

test('the index names every document of docs and operations', () => {
  const index = text('docs/README.md');
  const missing = documents
    .filter((file) => /^docs\/(operations\/)?[^/]+\.md$/.test(file) && !file.endsWith('README.md'))
    .map((file) => file.slice('docs/'.length))
    .filter((file) => !index.includes(`(${file})`));
  expect(missing).toEqual([]);
});

/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import npmrc from '../../../.npmrc?raw';
import { allowScripts } from '../../../package.json';
import lock from '../../../package-lock.json';
import { ENDPOINTS } from '../../../src/http/endpoints.ts';
import { ask } from '../../support/http.ts';

// Rules that a reading of the code can check, against accidental violations.

const texts = (files: Record<string, unknown>) => Object.entries(files as Record<string, string>);
const SOURCES = texts(
  import.meta.glob('../../../src/**/*.ts', { query: '?raw', import: 'default', eager: true }),
).map(([path, text]) => [path.replace('../../../', ''), text] as const);
const PAGES = texts(
  import.meta.glob(['../../../public/**/*.js', '!../../../public/vendor/**'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
const HTML = texts(
  import.meta.glob('../../../public/*.html', { query: '?raw', import: 'default', eager: true }),
);
const WORKFLOWS = texts(
  import.meta.glob('../../../.github/workflows/*.yml', { query: '?raw', import: 'default', eager: true }),
);

/** A package in the lockfile. */
interface Locked {
  link?: boolean;
  optional?: boolean;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
}

const having = (files: readonly (readonly [string, string])[], pattern: RegExp) =>
  files.filter(([, text]) => pattern.test(text)).map(([path]) => path);

describe('the dashboard', () => {
  it('inserts external data as text only, never as markup or code', () => {
    expect(PAGES.length).toBeGreaterThan(15);
    const sinks =
      /\.(inner|outer)HTML|insertAdjacentHTML|document\.write|createContextualFragment|\.srcdoc|DOMParser|setHTML|\beval\(|new Function|javascript:|setTimeout\(\s*['"`]/;
    expect(having(PAGES, sinks)).toEqual([]);
  });

  it('names no `any` in its types, which come from the OpenAPI document', () => {
    const types = (text: string) =>
      [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(([comment]) => comment.match(/\{[^\n]*\}/g) ?? []);
    const loose = PAGES.filter(([, text]) => types(text).some((type) => /\bany\b/.test(type)));
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('has no inline script, style or handler, and nothing from other sites', () => {
    const INLINE =
      /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|<(script|link|img|iframe)[^>]*"(https?:)?\/\//i;
    expect(HTML).toHaveLength(1);
    expect(having(HTML, INLINE)).toEqual([]);
  });

  it('has a policy that would stop it anyway', async () => {
    for (const [path, headers] of [
      ['/', { Accept: 'text/html' }],
      ['/ops', {}],
      ['/docs', {}],
    ] as const) {
      const policy = (await ask(path, { headers })).header('Content-Security-Policy');
      expect(policy).toMatch(/default-src 'none'; script-src 'self'/);
      expect(policy).toMatch(/base-uri 'none'; form-action 'none'; frame-ancestors 'none'/);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    }
  });
});

/** A request, and not a sentence about one. */
const CALL = /(await|=>|return) (deps\.)?fetch\(/;

describe('the Worker', () => {
  it('calls upstreams, the alert hook and the database, from one place each', () => {
    expect(having(SOURCES, CALL)).toEqual([
      'src/db/client.ts',
      'src/deps.ts',
      'src/ingest/poll/fetch.ts',
      'src/ingest/upkeep/alert.ts',
    ]);
    const follows = SOURCES.filter(
      ([path]) => /client|alert|fetch-payload/.test(path) && !path.includes('http/'),
    );
    const calls = follows.filter(([, text]) => CALL.test(text));
    expect(calls.every(([, text]) => text.includes("redirect: 'manual'"))).toBe(true);
  });

  it('never puts external text into SQL', () => {
    const raw = SOURCES.flatMap(([path, text]) =>
      [...text.matchAll(/sql\.(raw|identifier)\(/g)].map(() => path),
    );
    expect([...new Set(raw)].every((path) => path.startsWith('src/db/'))).toBe(true);
    expect(having(SOURCES, /\beval\(|new Function\(/)).toEqual([]);
  });

  it('changes nothing without a token, with any method or route', () => {
    const open = ENDPOINTS.filter(
      ({ method, access, is_read }) => method === 'post' && !is_read && !/^(scheduler|upload)$/.test(access),
    );
    expect(open).toEqual([]);
  });
});

describe('third-party code', () => {
  it('runs at installation only if it is allowed to', () => {
    const scripted = Object.entries(lock.packages as Record<string, Locked>)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect([...new Set(scripted)].toSorted()).toEqual(Object.keys(allowScripts).toSorted());
    expect(allowScripts['@scarf/scarf']).toBe(false); // sends telemetry
    expect(npmrc).toMatch(/^strict-allow-scripts=true$/m);
  });

  it('comes from the registry, unchanged', () => {
    // npm omits the hash for packages of other systems than the one that wrote the lockfile.
    const packages = Object.entries(lock.packages as Record<string, Locked>).filter(
      ([path, { link, optional }]) => path.includes('node_modules/') && !link && !optional,
    );
    expect(packages.length).toBeGreaterThan(100);
    for (const [path, { integrity, resolved }] of packages) {
      expect(integrity, path).toMatch(/^sha512-/);
      expect(resolved ?? 'https://registry.npmjs.org/', path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    }
  });

  it('is pinned in workflows by names that cannot be moved, and workflows may only read', () => {
    expect(WORKFLOWS.length).toBeGreaterThan(0);
    for (const [path, text] of WORKFLOWS) {
      for (const [, used = ''] of text.matchAll(/uses:\s*(\S+)/g))
        expect(used, path).toMatch(/@[0-9a-f]{40}$/);
      expect(text, path).toMatch(/^permissions:\s*\n\s+contents: read$/m);
      expect(text, path).not.toMatch(/pull_request_target|\$\{\{\s*github\.event/);
    }
  });
});

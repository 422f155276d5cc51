/** The pages of the documentation, in the order of their navigation. All but /docs are static files. */
const PAGES = {
  '/docs/start': 'Getting started',
  '/docs/tasks': 'Ten tasks',
  '/docs/reference': 'Reference',
  '/docs': 'Try it (Swagger UI)',
  '/docs/guide': 'All documents',
};

/** The head of a page of the documentation: links back, and to the other pages. */
export function docsHeader(current: string): string {
  const links = Object.entries(PAGES).map(
    ([path, title]) => `<a href="${path}"${path === current ? ' aria-current="page"' : ''}>${title}</a>`,
  );
  return `<header class="docs-header">
  <a class="home" href="/">← Dashboard</a>
  <nav aria-label="Documentation">${links.join(' ')}</nav>
</header>`;
}

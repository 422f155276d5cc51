// Starts Redoc from our own files. It has no scheme of its own, so the page picks one of two themes.

const LIGHT = {
  back: '#ffffff',
  raised: '#f3f4f2',
  text: '#15191d',
  quiet: '#5a636b',
  line: '#d5d9d6',
  link: '#0b5394',
};
const DARK = {
  back: '#14181b',
  raised: '#1b2024',
  text: '#e6e9eb',
  quiet: '#98a3ac',
  line: '#2b3237',
  link: '#78b4ee',
};

function theme({ back, raised, text, quiet, line, link }) {
  return {
    colors: {
      primary: { main: link },
      success: { main: back === LIGHT.back ? '#0a6a4a' : '#4cc798' },
      error: { main: back === LIGHT.back ? '#b3261e' : '#ff8a80' },
      text: { primary: text, secondary: quiet },
      border: { dark: line, light: line },
      http: { get: '#0b5394', post: '#0a6a4a' },
    },
    schema: { nestedBackground: raised, linesColor: line, typeNameColor: quiet, typeTitleColor: quiet },
    typography: {
      fontFamily: 'system-ui, sans-serif',
      headings: { fontFamily: 'system-ui, sans-serif' },
      code: { color: text, backgroundColor: raised, fontFamily: 'ui-monospace, Menlo, Consolas, monospace' },
      links: { color: link, visited: link, hover: link },
    },
    sidebar: { backgroundColor: raised, textColor: text, activeTextColor: link },
    rightPanel: { backgroundColor: '#1b2024' },
  };
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function draw() {
  const place = document.querySelector('#reference');
  window.Redoc.init(
    '/openapi.json',
    {
      theme: theme(dark.matches ? DARK : LIGHT),
      expandResponses: '200,202',
      hideDownloadButton: true,
      nativeScrollbars: true,
      requiredPropsFirst: true,
      scrollYOffset: '.docs-header',
    },
    place,
    (error) => {
      document.documentElement.dataset.reference = error ? 'failed' : 'drawn';
    },
  );
}

addEventListener('DOMContentLoaded', draw);
dark.addEventListener('change', () => location.reload());

// Runs before the first paint, so the page does not flash in the other theme. Without a choice it follows the system.
(() => {
  const KEY = 'cointape.theme';
  const root = document.documentElement;
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;

  addEventListener('DOMContentLoaded', () => {
    const toggle = document.getElementById('theme');
    const isDark = () =>
      root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    const label = () => {
      const text = isDark() ? 'Light theme' : 'Dark theme';
      toggle?.setAttribute('aria-label', text);
      toggle?.setAttribute('title', text);
    };
    toggle?.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      localStorage.setItem(KEY, root.dataset.theme);
      label();
      dispatchEvent(new Event('themechange'));
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', label);
    label();
  });
})();

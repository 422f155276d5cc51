// The exact text of a rounded figure: hovering or focusing shows it, and copying copies it.
import { element } from './dom.js';

/** @param {EventTarget | null} target */
const figureAt = (target) =>
  target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest('[data-exact]')) : null;

export function wireExactTexts() {
  const tip = element('tip');
  const hide = () => tip.matches(':popover-open') && tip.hidePopover();
  const show = (/** @type {Event} */ { target }) => {
    const figure = figureAt(target);
    hide();
    if (figure === null) return;
    tip.textContent = figure.dataset.exact ?? '';
    tip.showPopover();
    place(tip, figure.getBoundingClientRect());
  };
  document.addEventListener('pointerover', show);
  document.addEventListener('focusin', show);
  document.addEventListener('focusout', hide);
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && hide());
  addEventListener('scroll', hide, { capture: true, passive: true });
  document.addEventListener('copy', copyExact);
}

/**
 * Places the tip above the figure if there is room, otherwise below.
 * @param {HTMLElement} tip
 * @param {DOMRect} around
 */
function place(tip, around) {
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(4, around.right - width), innerWidth - width - 4);
  const top = around.top > height + 8 ? around.top - height - 4 : around.bottom + 4;
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

/** While the selection is read, rounded texts are hidden and exact texts are visible. @param {ClipboardEvent} event */
function copyExact(event) {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || event.clipboardData === null) return;
  const { commonAncestorContainer: node } = selection.getRangeAt(0);
  const inside = figureAt(node instanceof Element ? node : node.parentElement);
  const root = document.documentElement;
  root.classList.add('copying');
  const text = inside?.querySelector('.all')?.textContent ?? selection.toString();
  root.classList.remove('copying');
  event.clipboardData.setData('text/plain', text);
  event.preventDefault();
}

// External data enters the page as text nodes and attributes only, never as markup.

/** @typedef {Node | string | null | undefined | false} Child */
/**
 * Any handler: TypeScript checks parameters of methods in both directions.
 * @typedef {{ handle(event: Event): void }['handle']} Listener
 */
/** @typedef {string | number | boolean | null | undefined | Listener} Attribute */

/**
 * Makes an element. A function becomes a listener (`onclick`), `true` an empty attribute, null no attribute.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} attributes
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...present(children));
  return node;
}

/**
 * An element that is always on the page.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found;
}

/**
 * Replaces the children. The focus moves to the new element with the same `data-key`.
 * @param {Element} parent
 * @param {Child[]} children
 */
export function fill(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.getAttribute('data-key');
  parent.replaceChildren(...present(children));
  if (key)
    /** @type {HTMLElement | null} */ (parent.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  return children.filter((child) => child !== null && child !== undefined && child !== false);
}

/**
 * An input that is always on the page.
 * @param {string} id
 */
export function input(id) {
  const found = element(id);
  if (!(found instanceof HTMLInputElement)) throw new Error(`#${id} is no input.`);
  return found;
}

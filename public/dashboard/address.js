// The address contains everything that the page shows, so people can send it and the Back button works.

/** @type {Set<() => void>} */
const followers = new Set();

/** @param {string} name */
export const inAddress = (name) => new URLSearchParams(location.search).get(name);

/** Calls a function whenever the address has changed. @param {() => void} changed */
export function followAddress(changed) {
  followers.add(changed);
}

/**
 * @param {Record<string, string | null>} changes null removes a name
 * @param {{ quietly?: boolean }} options quietly: adds no step of the Back button and calls no follower
 */
export function setAddress(changes, { quietly = false } = {}) {
  const url = addressWith(changes);
  if (url === location.pathname + location.search) return;
  history[quietly ? 'replaceState' : 'pushState'](null, '', url);
  if (!quietly) tell();
}

/** @param {Record<string, string | null>} changes */
export function addressWith(changes) {
  const all = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  const text = all.toString();
  return `${location.pathname}${text && '?'}${text}`;
}

/**
 * The address of another page, with the time zone of this page.
 * @param {string} path
 * @param {Record<string, string>} names
 */
export function linkTo(path, names) {
  const times = inAddress('times');
  return `${path}?${new URLSearchParams(times === null ? names : { ...names, times })}`;
}

function tell() {
  for (const follower of followers) follower();
}

addEventListener('popstate', tell);

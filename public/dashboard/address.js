// Everything that is seen is in the address, so that it can be sent to somebody and the Back button works.

/** @type {Set<() => void>} */
const followers = new Set();

/** @param {string} name */
export const inAddress = (name) => new URLSearchParams(location.search).get(name);

/** Calls it whenever the address has changed. @param {() => void} changed */
export function followAddress(changed) {
  followers.add(changed);
}

/**
 * @param {Record<string, string | null>} changes null takes a name away
 * @param {{ quietly?: boolean }} options quietly: no step of the Back button, and nobody is told
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
 * The address of another page, in the times that this one shows.
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

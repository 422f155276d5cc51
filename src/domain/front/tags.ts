// What replies depend on, as a cache in front of the Worker knows it, and what a commit changes. Few tags, coarse ones:
// a call names all that it invalidates, and calls are few (src/front-cache.ts).

/** What the kept replies of a route depend on. */
export type Dependence =
  /** Rows of any source, and nearly always the version of the tape itself, as a cursor or `complete_through`. */
  | 'tape'
  /** One row, whose id stands in the path and begins with its source. */
  | 'row'
  /** The bytes of a reply or file, until retention gives them up. */
  | 'bytes'
  /** The release alone: each has a cache of its own. */
  | 'release';

/** What a commit changed: rows that a source sent, assets of listings, or anything. */
export type Changed = { source: string } | 'mappings' | 'everything';

const ofSource = (source: string): string => `source-${source}`;

/** The tags of a reply. `path_id` is the id in its path, where there is one. */
export function tagsOf(dependence: Dependence, path_id: string): string[] {
  switch (dependence) {
    case 'tape':
      return ['tape'];
    case 'row':
      return [ofSource(/^[a-z]+/.exec(path_id)?.[0] ?? 'unknown'), 'mappings', 'rows'];
    case 'bytes':
      return ['rows'];
    case 'release':
      return ['release'];
  }
}

/** The tags of all replies that a commit may have changed. */
export function tagsChanged(changed: Changed): string[] {
  if (changed === 'everything') return ['tape', 'mappings', 'rows'];
  return ['tape', changed === 'mappings' ? changed : ofSource(changed.source)];
}

// The dependences of replies, for a cache in front of the Worker, and the changes of a commit. The tags are few and
// coarse: a call names everything that it invalidates, and the number of calls is limited (src/front-cache.ts).

/** The dependences of a route's cached replies. */
export type Dependence =
  /**
   * Rows of any source, and nearly always the tape version itself, for example as a cursor or `complete_through`.
   */
  | 'tape'
  /** One row, whose id is in the path and begins with its source. */
  | 'row'
  /** The bytes of a reply or file, until retention gives them up. */
  | 'bytes'
  /** Only the release: each release has its own cache. */
  | 'release';

/** The changes of a commit: rows that a source sent, assets of listings, or anything. */
export type Changed = { source: string } | 'mappings' | 'everything';

const ofSource = (source: string): string => `source-${source}`;

/** The tags of a reply. `path_id` is the id in its path, if there is one. */
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

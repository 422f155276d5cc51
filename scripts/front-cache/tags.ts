// developers.cloudflare.com/workers/cache/purge/, "Purge by tag".

const TAGS_MAX = 1000;
const TAG_CHARS_MAX = 1024;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** The tags of a reply. Invalid ones are dropped silently, as Cloudflare does. Comparison ignores case. */
export function tagsOf(header: string | null): Set<string> {
  const tags = (header ?? '').split(',').map((tag) => tag.trim());
  const valid = tags.filter((tag) => PRINTABLE.test(tag) && tag.length <= TAG_CHARS_MAX);
  return new Set(valid.slice(0, TAGS_MAX).map((tag) => tag.toLowerCase()));
}

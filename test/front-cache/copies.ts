interface Copy {
  bytes: ArrayBuffer;
  headers: Headers;
  until_ms: number;
}

/** The part of `caches` that the Worker uses, with the caller's clock. */
export function copiesBy(now: () => number): { default: Pick<Cache, 'match' | 'put'> } {
  const copies = new Map<string, Copy>();
  const keyOf = (request: RequestInfo | URL) => new Request(request).url;
  return {
    default: {
      async match(request) {
        const copy = copies.get(keyOf(request));
        return copy === undefined || copy.until_ms <= now()
          ? undefined
          : new Response(copy.bytes, { headers: copy.headers });
      },
      async put(request, response) {
        const seconds = Number(/max-age=(\d+)/.exec(response.headers.get('Cache-Control') ?? '')?.[1] ?? 0);
        const { headers } = response;
        copies.set(keyOf(request), {
          bytes: await response.arrayBuffer(),
          headers,
          until_ms: now() + seconds * 1000,
        });
      },
    },
  };
}

import type { Cluster, Clusters } from './clusters.ts';
import { getOrAdd } from './contract-links.ts';
import { coinKey, type Pair } from './evidence.ts';
import { groundIfJoined, type Joined, linksOf } from './joined.ts';
import { type ComparisonOf, confirms, refutes } from './price-evidence.ts';

/** Joins pairs of similar names whose prices confirm them, unless one of the two has another candidate. */
export function joinSimilar(joined: Joined, comparisonOf: ComparisonOf, pairs: readonly Pair[]): void {
  const { clusters, doubts } = joined;
  const canJoin = ([a, b]: Pair) => clusters.canJoin(clusters.of(a), clusters.of(b));
  const open = pairs.filter((pair) => clusters.of(pair[0]) !== clusters.of(pair[1]) && canJoin(pair));
  clusters.join(linksOf(confirmed(clusters, open, comparisonOf)));
  for (const [a, b] of open) {
    const comparison = comparisonOf(a, b);
    const names = [a.name ?? '', b.name ?? ''];
    if (groundIfJoined(joined, [a, b], 'similar', () => ({ names, agreed: comparison?.agreed ?? 0 })))
      continue;
    const evidence = { with: coinKey(a), names };
    if (!refutes(comparison) && canJoin([a, b]))
      doubts.push({ listing: b, toward: a, state: 'proposed', method: 'similar', evidence });
  }
}

/** The pairs between two clusters, for each cluster and each of its candidates. */
type Candidates = Map<Cluster, Map<Cluster, Pair[]>>;

function confirmed(clusters: Clusters, open: readonly Pair[], comparisonOf: ComparisonOf): Pair[] {
  const candidates: Candidates = new Map();
  for (const pair of open) {
    const [a, b] = [clusters.of(pair[0]), clusters.of(pair[1])];
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      getOrAdd(
        getOrAdd(candidates, from, () => new Map<Cluster, Pair[]>()),
        to,
        () => [],
      ).push(pair);
  }
  const hasRival = (of: Cluster, candidate: Cluster) =>
    [...(candidates.get(of)?.keys() ?? [])].some((other) => !clusters.canJoin(other, candidate));
  return open.filter((pair) => {
    const [a, b] = [clusters.of(pair[0]), clusters.of(pair[1])];
    const isRefuted = candidates
      .get(a)
      ?.get(b)
      ?.some(([x, y]) => refutes(comparisonOf(x, y)));
    return confirms(comparisonOf(...pair)) && !isRefuted && !hasRival(a, b) && !hasRival(b, a);
  });
}

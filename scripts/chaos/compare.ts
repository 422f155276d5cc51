interface Snapshots {
  takeTables(db: unknown, how: { grouped: boolean }): Promise<Record<string, string[]>>;
  differences(clean: Record<string, string[]>, healed: Record<string, string[]>): string[];
}

/** Reading all tables in one go may take a busy machine longer than any request of the service. */
const READ_MS_MAX = 10 * 60_000;

/** Prints how the second of two databases differs from the first. Both are given by the URLs of their servers. */
export async function comparisonOf(
  [clean, killed]: [string, string],
  print: (line: string) => void,
): Promise<boolean> {
  // By URL, because the Worker's modules are of another TypeScript project.
  const load = (path: string) => import(new URL(`../../${path}`, import.meta.url).href);
  const { takeTables, differences } = (await load('test/chaos/snapshot.ts')) as Snapshots;
  const { connect } = (await load('src/db/client.ts')) as {
    connect(url: string, options: { ms_max: number }): unknown;
  };
  const take = (url: string) => takeTables(connect(url, { ms_max: READ_MS_MAX }), { grouped: true });
  // Chance decides which source comes first, and an asset is named after its first listing.
  const [wanted, found] = [await take(clean), await take(killed)];
  const lines = differences(wanted, found);
  const rows = Object.values(found).reduce((sum, table) => sum + table.length, 0);
  print(
    lines.length === 0 ? `equal: ${rows} lines of ${Object.keys(found).length} tables` : lines.join('\n'),
  );
  return lines.length === 0;
}

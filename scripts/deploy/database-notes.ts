import { neonRegion, pooledHost } from './regions.ts';

interface Place {
  /** The region in which the Worker is placed. */
  region: string | undefined;
  /** No migration was ever applied. */
  is_new: boolean;
  own_file: string;
}

/** Notes for an operator about the deployed database. */
export function databaseNotes(url: string, { region, is_new, own_file }: Place): string[] {
  const { hostname } = new URL(url);
  const pooled = pooledHost(hostname);
  const lies_in = neonRegion(hostname);
  const is_far = lies_in !== undefined && region !== undefined && lies_in !== region;
  const notes: [applies: boolean, text: string][] = [
    [
      pooled !== undefined,
      `DATABASE_URL is the direct URL: each concurrent request holds one of about a hundred connections. Use the pooled host ${pooled}`,
    ],
    [
      is_far,
      `The database is in ${lies_in} and the Worker is placed in ${region}, so each request travels far to the ` +
        `database. Put into ${own_file}: [placement] with region = "${lies_in}".`,
    ],
    [
      lies_in !== undefined && is_new,
      'Set the compute of the database to a fixed 0.25 CU in the console of Neon: docs/operations/costs.md assumes it, and ' +
        'with autoscaling it can cost as much as the largest size of its range.',
    ],
  ];
  return notes.filter(([applies]) => applies).map(([, text]) => text);
}

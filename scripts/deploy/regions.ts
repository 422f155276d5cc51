/** The locations that R2 offers for a bucket. */
export type BucketLocation = 'wnam' | 'enam' | 'weur' | 'eeur' | 'apac' | 'oc';

/** By the beginning of a region's name, in the form of [placement]; the first match counts. */
const NEAREST: readonly (readonly [RegExp, BucketLocation])[] = [
  [/^aws:(us-west|ca-west)|^gcp:us-west|^gcp:northamerica-south|^azure:(westus|canadawest)/, 'wnam'],
  [/^aws:(us-|ca-|sa-|mx-)|^gcp:(us-|northamerica-|southamerica-)/, 'enam'],
  [/^azure:(eastus|centralus|northcentralus|southcentralus|canada|brazil|mexico)/, 'enam'],
  [/^gcp:europe-central2|^azure:poland/, 'eeur'],
  [
    /^(aws:eu-|gcp:europe-)|^azure:(westeurope|northeurope|uk|france|germany|switzerland|norway|sweden|italy|spain)/,
    'weur',
  ],
  [/^aws:ap-southeast-[246]$|^gcp:australia-|^azure:(australia|newzealand)/, 'oc'],
  [/^aws:ap-|^gcp:asia-|^azure:(eastasia|southeastasia|japan|korea|.*india|indonesia|malaysia)/, 'apac'],
];

/** The location nearest to a region; undefined for an unknown region, for which Cloudflare chooses. */
export const bucketLocation = (region: string | undefined): BucketLocation | undefined =>
  region === undefined ? undefined : NEAREST.find(([pattern]) => pattern.test(region))?.[1];

/** The region of a Neon database in the form of [placement]. The database's host name contains it. */
export function neonRegion(host: string): string | undefined {
  const [, region, cloud] = /\.([a-z0-9-]+)\.(aws|azure)\.neon\.tech$/.exec(host) ?? [];
  return region === undefined ? undefined : `${cloud}:${region}`;
}

/** The host of Neon's pooler for a direct host; undefined for any other host. */
export function pooledHost(host: string): string | undefined {
  const [endpoint = '', ...rest] = host.split('.');
  if (!host.endsWith('.neon.tech') || !endpoint.startsWith('ep-') || endpoint.endsWith('-pooler'))
    return undefined;
  return [`${endpoint}-pooler`, ...rest].join('.');
}

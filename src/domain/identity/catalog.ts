/** What a source's whole list says of one coin, whether it is polled or not. */
export interface CatalogEntry {
  external_id: string;
  /** Upper case. Null, like the name, when the list only gives contracts. */
  symbol: string | null;
  name: string | null;
  /** As they compare between sources (chains). */
  contracts: { platform: string; address: string }[];
}

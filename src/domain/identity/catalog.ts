/** The entry of one coin in a source's complete list, polled or not. */
export interface CatalogEntry {
  external_id: string;
  /** Upper case. Null, like the name, if the list only has contracts. */
  symbol: string | null;
  name: string | null;
  /** Normalized for comparison between sources (chains). */
  contracts: { platform: string; address: string }[];
}

import type {
  Continuation,
  IdentityFacts,
  ListingFacts,
  PriceComparison,
  Resolution,
  Vanished,
} from '../../../../src/domain/identity/evidence.ts';
import { pairsToPrice, resolve } from '../../../../src/domain/identity/resolve.ts';
import { type Entry, type Market, VENDORS } from './market.ts';

const READINGS = 12;
const WHOLE_LISTS_MIN = 3;
const SILENT_DAYS = 7;
const atDay = (day: number) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().replace('.000', '');

interface Known {
  entry: Entry;
  listing: ListingFacts;
  /** Days on which it had readings. */
  days: Set<number>;
  first_day: number;
  last_day: number;
  missing_day: number | null;
  gone_day: number | null;
  is_back: boolean;
}

/** The service's knowledge of the vendors, and its resolution, day by day. */
export class Watcher {
  readonly known: Known[] = [];
  readonly #byEntry = new Map<Entry, Known>();
  #resolution: Resolution = { assets: [], mappings: [], merged: [] };
  readonly #market: Market;
  #day = 0;

  constructor(market: Market) {
    this.#market = market;
  }

  observe(day: number): void {
    this.#day = day;
    for (const entry of this.#market.entries) this.#see(entry);
    const facts = this.#facts();
    const pairs = pairsToPrice(facts);
    this.#resolution = resolve(
      facts,
      pairs.flatMap((pair) => this.#compare(pair) ?? []),
      pairs.flatMap((pair) => this.#continue(pair) ?? []),
    );
  }

  /** The asset of each known listing. */
  assets(): Map<Known, string> {
    return new Map(
      this.#resolution.mappings.flatMap(({ state, listing_id, asset_id }) => {
        const known = this.known[listing_id - 1];
        return state === 'active' && known !== undefined ? [[known, asset_id]] : [];
      }),
    );
  }

  explain(known: Known): string {
    const { listing, entry, missing_day, gone_day } = known;
    const mappings = this.#resolution.mappings.filter(({ listing_id }) => listing_id === listing.id);
    const told = mappings.map((m) => `${m.state} ${m.asset_id} ${m.method} ${JSON.stringify(m.evidence)}`);
    return `coin ${entry.coin.id} ${listing.source}:${listing.external_id} ${listing.symbol} ${listing.name} missing ${missing_day} gone ${gone_day}: ${told.join(' | ')}`;
  }

  #see(entry: Entry): void {
    const isInList = this.#market.isInList(entry);
    const isPolled = this.#market.isPolled(entry);
    const known = this.#byEntry.get(entry) ?? (isPolled ? this.#meet(entry) : undefined);
    if (known === undefined) return;
    if (isPolled) {
      known.days.add(this.#day);
      known.last_day = this.#day;
      known.listing = { ...known.listing, symbol: entry.symbol, name: entry.name };
    }
    // A listing of the vendor without a list is missing if it is not polled for more than a day.
    const isThere = entry.vendor === 2 ? this.#day - known.last_day <= 1 : isInList;
    if (isThere) {
      known.is_back ||= known.gone_day !== null;
      [known.missing_day, known.gone_day] = [null, null];
    } else known.missing_day ??= this.#day;
    if (
      entry.vendor === 1 &&
      known.missing_day !== null &&
      this.#day - known.missing_day >= WHOLE_LISTS_MIN - 1
    )
      known.gone_day ??= this.#day;
  }

  #meet(entry: Entry): Known {
    const known: Known = {
      entry,
      listing: {
        id: this.known.length + 1,
        source: VENDORS[entry.vendor] ?? '',
        external_id: entry.external_id,
        symbol: entry.symbol,
        name: entry.name,
        first_known_at: atDay(this.#day),
      },
      days: new Set(),
      first_day: this.#day,
      last_day: this.#day,
      missing_day: null,
      gone_day: null,
      is_back: false,
    };
    this.known.push(known);
    this.#byEntry.set(entry, known);
    return known;
  }

  #facts(): IdentityFacts {
    return {
      sources: VENDORS,
      is_listed: true,
      listings: this.known.map(({ listing }) => listing),
      vanished: this.known.flatMap(({ listing, missing_day, gone_day }): Vanished[] =>
        missing_day === null
          ? []
          : [
              {
                listing_id: listing.id,
                missing_since: atDay(missing_day),
                is_past: gone_day !== null || this.#day - missing_day >= SILENT_DAYS,
              },
            ],
      ),
      returned: this.known.flatMap(({ listing, is_back }) => (is_back ? [listing.id] : [])),
      catalog: this.#market.entries
        .filter((entry) => entry.vendor === 1 && this.#market.isInList(entry) && !this.#byEntry.has(entry))
        .map(({ external_id, symbol, name }) => ({ source: 'beta', external_id, symbol, name })),
      // Contracts that a list omits stay.
      contracts: this.known.flatMap(({ entry: { address }, listing: { source, external_id } }) =>
        address === null ? [] : [{ source, external_id, platform: 'ethereum', address }],
      ),
      reviewed: [],
      decisions: [],
      assets: this.#resolution.assets.map((asset) => ({ ...asset, merged_into: null })),
      mappings: this.#resolution.mappings.map((mapping, at) => ({ ...mapping, id: at + 1 })),
    };
  }

  #compare({ anchor_id, listing_id }: { anchor_id: number; listing_id: number }): PriceComparison | null {
    const [a, b] = [this.known[anchor_id - 1], this.known[listing_id - 1]];
    if (a === undefined || b === undefined || !a.days.has(b.last_day)) return null;
    const [x, y] = [a, b].map((known) => known.entry.coin.prices[b.last_day] ?? 0);
    const ratio = Math.max(x ?? 0, y ?? 0) / Math.min(x ?? 0, y ?? 0);
    return {
      anchor_id,
      listing_id,
      aligned: READINGS,
      agreed: ratio <= 1.03 ? READINGS : 0,
      disagreed: ratio > 1.2 ? READINGS : 0,
      is_pegged: Math.abs((y ?? 0) - 1) <= 0.05,
    };
  }

  #continue({ anchor_id, listing_id }: { anchor_id: number; listing_id: number }): Continuation | null {
    const [b, a] = [this.known[anchor_id - 1], this.known[listing_id - 1]];
    if (a === undefined || b === undefined || a.last_day >= b.first_day) return null;
    const first = b.first_day;
    const [x, y] = [a.entry.coin.prices[a.last_day] ?? 0, b.entry.coin.prices[first] ?? 0];
    return {
      anchor_id,
      listing_id,
      gap_seconds: (first - a.last_day) * 86_400,
      is_near: Math.max(x, y) / Math.min(x, y) <= 1.5,
    };
  }
}

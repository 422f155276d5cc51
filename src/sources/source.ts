import type { CatalogEntry } from '../domain/identity/catalog.ts';
import type { Instant } from '../domain/instant.ts';
import type { MarketTotals, Observation } from '../domain/observation.ts';
import type { Reject } from '../domain/reject.ts';
import type { CallLimit } from '../domain/upstream/quota.ts';

/** What a source may know of its configuration. No secrets but the key that goes into a header. */
export interface SourceSettings {
  base_url: string;
  api_key: string | null;
  plan: 'keyless' | 'demo' | 'pro';
  poll_minutes: number;
  /** Calls a month, where the plan differs from the smallest of its kind; null is what the source knows. */
  calls_per_month: number | null;
  /** How many pages of a paged list are asked for. */
  pages: number;
  /** Only the first N coins by rank; null is all the source gives. */
  poll_top: number | null;
}

/** One upstream call. `endpoint` names it in checkpoints, logs and raw payloads, so it must be stable. */
export interface SourceRequest {
  endpoint: string;
  url: string;
  headers: Record<string, string>;
  /** Not asked again sooner than this; from the plan's call budget. */
  every_minutes: number;
  /**
   * The beat of its rows: how far apart readings of one series are planned to be. Absent when that is
   * `every_minutes`, as in all but history.
   */
  beat_seconds?: number;
  /** A page after an empty page of the same group is not asked for. */
  page_group?: string;
  /** Set on pages that may lie past the end; an empty reply to any other request is a fault. */
  may_be_empty?: true;
  /** Set where a source need not have what is asked for: its 404 is an answer, and not asked for again soon. */
  may_be_absent?: true;
  /** Set on endpoints whose holes the source's history can fill, coin by coin. */
  has_history?: true;
  /** Set where the reply is history itself: it fills holes, and never takes the place of what was polled. */
  is_history?: true;
  /** Tries within one run, when it is fewer than usual. */
  tries_max?: number;
}

/** What a source gives of the past. */
export interface SourceHistory {
  /** One call for one coin, from `days` ago until now. */
  request(settings: SourceSettings, external_id: string, days: number): SourceRequest;
}

/** What is known of the reply besides its body. */
export interface ReadContext {
  endpoint: string;
  fetched_at: Instant;
  /** When these very bytes were first fetched: the time of records that carry none. */
  first_fetched_at: Instant;
  poll_top: number | null;
}

export type Reading =
  | { type: 'observation'; observation: Observation }
  | { type: 'market_totals'; totals: MarketTotals }
  | { type: 'catalog'; entry: CatalogEntry }
  | { type: 'reject'; reject: Reject };

/** Raised by `read` when the body as a whole is not what the endpoint promises (an error object, a string). */
export class UnreadablePayload extends Error {}

/** Whom a reply that shows a source's values has to name, and the link its terms ask for. */
export interface Attribution {
  source: string;
  text: string;
  url: string | null;
}

export interface PolledSource {
  readonly id: 'coinpaprika' | 'coingecko';
  readonly attribution: Attribution;
  /** Smallest gap between two calls, in ms, that the plan allows. */
  paceMs(settings: SourceSettings): number;
  /** How many calls the plan allows in which period. Each period is counted, limited or not. */
  limits(settings: SourceSettings): CallLimit[];
  /** What its own error codes mean, where the status does not tell. */
  readonly refusals: Readonly<Record<string, 'key' | 'plan'>>;
  /** Absent when its plan gives none. */
  readonly history?: SourceHistory;
  requests(settings: SourceSettings): SourceRequest[];
  /** The endpoint that names every coin it has. */
  readonly coin_list: string;
  /** Whole lists of coins and their contracts: they tell coins apart, and are asked for once a day. */
  catalogRequests(settings: SourceSettings): SourceRequest[];
  /**
   * Reads a parsed reply (numbers are JsonNumber, see reading/json) into one reading per record,
   * in order. A record that does not fit is a reject; the others go on.
   */
  read(body: unknown, context: ReadContext): Reading[];
}

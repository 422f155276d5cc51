import type * as z from 'zod';
import type { CatalogEntry } from '../domain/identity/catalog.ts';
import type { Instant } from '../domain/instant.ts';
import type { CurrencyRate, MarketTotals, Observation } from '../domain/observation.ts';
import type { Reject } from '../domain/reject.ts';
import type { Purpose } from '../domain/upstream/purpose.ts';
import type { CallLimit } from '../domain/upstream/quota.ts';

/** How a source is asked: its variables, with the defaults of its plan. */
export interface SourceSettings extends CallSettings {
  base_url: string;
  api_key: string | null;
  /** Calls a month, where the plan differs from the smallest of its kind; null is what the source knows. */
  calls_per_month: number | null;
}

/** What decides which calls are made and how often. The key and the address are no business of a source. */
export interface CallSettings {
  plan: string;
  poll_minutes: number;
  /** How many pages of a paged list are asked for. */
  pages: number;
  /** Only the first N coins by rank; null means all coins of the source. */
  poll_top: number | null;
}

/** One upstream call. `endpoint` names it in checkpoints, logs and raw payloads, so it must be stable. */
export interface SourceRequest {
  endpoint: string;
  url: string;
  headers: Record<string, string>;
  /** Not asked again sooner than this; from the plan's call budget. */
  every_minutes: number;
  /** What its calls are counted for; absent is `live`. */
  purpose?: Purpose;
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

/** The facts about the reply besides its body. */
export interface ReadContext {
  endpoint: string;
  fetched_at: Instant;
  /** When these very bytes were first fetched: the time of records that carry none. */
  first_fetched_at: Instant;
  poll_top: number | null;
  /** Of the rows whose bytes are read again, to prove them; absent when they are read as of now. */
  normalizer_version?: number;
}

export type Reading = (
  | { type: 'observation'; observation: Observation }
  | { type: 'market_totals'; totals: MarketTotals }
  | { type: 'rate'; rate: CurrencyRate }
  | { type: 'catalog'; entry: CatalogEntry }
  | { type: 'reject'; reject: Reject }
) & {
  /** Fields of the record, as paths with dots, that hold what cannot be read; absent when there are none. */
  unreadable?: string[];
};

/** Raised by `read` when the body as a whole is not what the endpoint promises (an error object, a string). */
export class UnreadablePayload extends Error {}

/** Whom a reply that shows a source's values has to name, and the link its terms ask for. */
export interface Attribution<Id extends string = string> {
  source: Id;
  text: string;
  url: string | null;
}

/** One call as its source describes it. The base URL of the plan and the key are added to it by defineSource. */
export interface SourceCall extends Omit<SourceRequest, 'url' | 'headers' | 'is_history' | 'purpose'> {
  /** Below the base URL, without a leading slash. */
  path: string;
  /** At best; asked less often when POLL_MINUTES is slower. */
  every_minutes: number;
}

/** A call whose pace is that of its kind: a list of coins, a history. */
export type UnscheduledCall = Omit<SourceCall, 'every_minutes'>;

/** The limits and the address of a vendor's plan. */
export interface SourcePlan {
  /** The root of the API for this plan, without a trailing slash. */
  base_url: string;
  /** The header that carries the key; absent for the plan that has none. */
  key_header?: string;
  /** Smallest gap between two calls, in ms. */
  pace_ms: number;
  /** Calls in a period; null is not published. */
  calls_max: { minute: number | null; month: number | null };
  /** Calls are limited by address, which on Cloudflare Workers everybody shares. */
  is_limited_by_address?: true;
}

/** What the vendor's documents say about a plan. Null means that they say nothing. */
export interface PlanTerms {
  /** Whether it may serve what makes money. */
  commercial_use: boolean | null;
  /** Whether its figures may be passed on to others. */
  redistribution: boolean | null;
}

/** A reply of some form, from one endpoint or from several that differ in a page or a platform. */
export interface SourceReply {
  /** The endpoint, or what its endpoints are called together: `contracts/{platform}`. */
  name: string;
  /** Whether a stored endpoint is one of these; by default the one of that name. */
  covers?: (endpoint: string) => boolean;
  /**
   * Reads a parsed reply (numbers are JsonNumber, see reading/json) into one reading per record, in order. A
   * record that does not fit is a reject; the others go on.
   */
  read(body: unknown, context: ReadContext): Reading[];
}

/** A reply whose records are watched for drift. */
export interface Watched extends SourceReply {
  /** The contract of a record. */
  record: z.ZodType;
  /** The records of a parsed reply; none in an unexpected reply. */
  records: (body: unknown) => unknown[];
}

/** What every run asks for when it is due. */
export interface SourceEndpoint extends Watched {
  calls(settings: CallSettings): SourceCall[];
}

/** A whole list of coins or of their contracts; asked for once a day, and not by every run by hand. */
export interface SourceList extends Watched {
  calls(settings: CallSettings): UnscheduledCall[];
}

/** How far back history goes, and what of it is worth having of each of the largest coins. */
export interface HistoryReach {
  /** How far back it goes. */
  days_max: number;
  /** The days of the calls that give a coin its history, in this order. */
  spans: readonly number[];
  /** The most days for which a call still has a point for each hour. */
  hourly_days_max: number;
}

/** The history of one coin, from `days` ago until now, in one call. */
export interface SourceHistory extends SourceReply, HistoryReach {
  call(external_id: string, days: number): UnscheduledCall;
}

/** Where a source names its coins. */
export interface CoinListEndpoint {
  endpoint: string;
  /** The plans whose answer has every coin; under another plan the list may end early. */
  whole_in: readonly string[];
}

/** Everything there is to say about a source; see defineSource. */
export interface SourceDefinition<Id extends string = string> {
  /** Lower-case letters and digits: its rows, its variables (`<ID>_BASE_URL`, …) and its folder have this name. */
  id: Id;
  /** As people read it. */
  title: string;
  /** What its terms ask for: a text and a link. */
  attribution: { text: string; url: string };
  /** Whether it is polled when SOURCES is not set. */
  is_polled_by_default: boolean;
  /** Its place among the sources when several answer, and when several name a coin; the lowest goes first. */
  rank: { answers: number; names: number };
  /** `keyless` is used without a key; of the others the first is used with a key unless `<ID>_PLAN` names another. */
  plans: { keyless: SourcePlan; [name: string]: SourcePlan };
  /** What each plan allows beyond asking, and where that is written. */
  terms: { url: string; plans: Readonly<Record<string, PlanTerms>> };
  /** Of a paged list: how many pages are asked for unless `<ID>_PAGES` says otherwise, and the most that it may say. */
  pages?: { default: number; max: number };
  /** What its own error codes mean, where the status does not tell. */
  refusals?: Readonly<Record<string, 'key' | 'plan'>>;
  endpoints: readonly SourceEndpoint[];
  /** Those by which coins are told apart. */
  lists?: readonly SourceList[];
  /** The endpoint that names its coins, each by its `id`; absent when none does. */
  coin_list?: CoinListEndpoint;
  /** Absent when its plans give none. */
  history?: SourceHistory;
}

/** A variable of the Worker that belongs to one source. */
export interface SourceVariable {
  name: string;
  field: 'base_url' | 'api_key' | 'plan' | 'calls_per_month' | 'pages';
  is_secret: boolean;
}

/** A source as the rest of the program uses it. */
export interface PolledSource<Id extends string = string>
  extends Pick<
    SourceDefinition<Id>,
    'id' | 'title' | 'is_polled_by_default' | 'rank' | 'plans' | 'terms' | 'pages' | 'coin_list'
  > {
  readonly attribution: Attribution<Id>;
  readonly variables: readonly SourceVariable[];
  /** Minutes between two replies of its fastest endpoint, by the plan without a key. */
  readonly beat_minutes: number;
  /** Which key goes with which plan and base URL, as part of a sentence; null where there are no keys. */
  readonly key_advice: string | null;
  /** Headers, in lower case, that may carry its key. */
  readonly key_headers: ReadonlySet<string>;
  readonly refusals: Readonly<Record<string, 'key' | 'plan'>>;
  readonly contracts: readonly RecordContract[];
  /** Smallest gap between two calls, in ms, that the plan allows. */
  paceMs(settings: SourceSettings): number;
  /** How many calls the plan allows in which period. Each period is counted, limited or not. */
  limits(settings: SourceSettings): CallLimit[];
  requests(settings: SourceSettings): SourceRequest[];
  catalogRequests(settings: SourceSettings): SourceRequest[];
  readonly history?: HistoryReach & {
    request(settings: SourceSettings, external_id: string, days: number): SourceRequest;
  };
  /** Reads a parsed reply of any of its endpoints. Throws UnreadablePayload. */
  read(body: unknown, context: ReadContext): Reading[];
}

/** What the records of some endpoints of a source have to be. */
export interface RecordContract extends Pick<Watched, 'name' | 'record' | 'records'> {
  source: string;
  covers: (endpoint: string) => boolean;
}

import type * as z from 'zod';
import type { CatalogEntry } from '../domain/identity/catalog.ts';
import type { Instant } from '../domain/instant.ts';
import type { CurrencyRate, MarketTotals, Observation } from '../domain/observation.ts';
import type { Reject } from '../domain/reject.ts';
import type { Purpose } from '../domain/upstream/purpose.ts';
import type { CallLimit } from '../domain/upstream/quota.ts';

/** The settings of a source: its variables, with the defaults of its plan. */
export interface SourceSettings extends CallSettings {
  base_url: string;
  api_key: string | null;
  /** Calls per month, if the plan differs from the smallest of its kind; null uses the source's own limit. */
  calls_per_month: number | null;
}

/** The settings that determine the calls and their pace. A source has no access to the key and the address. */
export interface CallSettings {
  plan: string;
  poll_minutes: number;
  /** The number of pages of a paged list. */
  pages: number;
  /** Only the first N coins by rank; null means all coins of the source. */
  poll_top: number | null;
}

/** One upstream call. `endpoint` names it in checkpoints, logs and raw payloads, so it must be stable. */
export interface SourceRequest {
  endpoint: string;
  url: string;
  headers: Record<string, string>;
  /** The minimum time between calls, from the plan's call budget. */
  every_minutes: number;
  /** The purpose under which its calls are counted; absent means `live`. */
  purpose?: Purpose;
  /**
   * The beat of its rows: the planned distance between the readings of one series. Absent if it is `every_minutes`,
   * as in all but history.
   */
  beat_seconds?: number;
  /** A page after an empty page of the same group is not requested. */
  page_group?: string;
  /** Set on pages that may be past the end; an empty reply to any other request is a fault. */
  may_be_empty?: true;
  /** Set if a source need not have the resource: its 404 is an answer, and is not requested again soon. */
  may_be_absent?: true;
  /** Set on endpoints whose gaps the source's history can fill, coin by coin. */
  has_history?: true;
  /** Set if the reply is history: it fills gaps, and never replaces polled rows. */
  is_history?: true;
  /** Tries within one run, if fewer than usual. */
  tries_max?: number;
}

/** The facts about the reply other than its body. */
export interface ReadContext {
  endpoint: string;
  fetched_at: Instant;
  /** When these bytes were first fetched: the time of records without their own. */
  first_fetched_at: Instant;
  poll_top: number | null;
  /**
   * The normalizer version of the rows whose bytes are read again for a proof; absent if they are read as of now.
   */
  normalizer_version?: number;
}

export type Reading = (
  | { type: 'observation'; observation: Observation }
  | { type: 'market_totals'; totals: MarketTotals }
  | { type: 'rate'; rate: CurrencyRate }
  | { type: 'catalog'; entry: CatalogEntry }
  | { type: 'reject'; reject: Reject }
) & {
  /** Fields of the record, as paths with dots, with unreadable values; absent if there are none. */
  unreadable?: string[];
};

/**
 * Thrown by `read` if the body as a whole is not the expected reply of the endpoint (an error object, a string).
 */
export class UnreadablePayload extends Error {}

/** The credit that a reply with a source's values must have, and the link that its terms ask for. */
export interface Attribution<Id extends string = string> {
  source: Id;
  text: string;
  url: string | null;
}

/** One call as its source describes it. defineSource adds the base URL of the plan and the key. */
export interface SourceCall extends Omit<SourceRequest, 'url' | 'headers' | 'is_history' | 'purpose'> {
  /** Below the base URL, without a leading slash. */
  path: string;
  /** The fastest pace; slower if POLL_MINUTES is. */
  every_minutes: number;
}

/** A call whose pace follows from its kind: a list of coins, a history. */
export type UnscheduledCall = Omit<SourceCall, 'every_minutes'>;

/** The limits and the address of a vendor's plan. */
export interface SourcePlan {
  /** The root of the API for this plan, without a trailing slash. */
  base_url: string;
  /** The header for the key; absent for the plan without one. */
  key_header?: string;
  /** The shortest pause between two calls, in ms. */
  pace_ms: number;
  /** Calls in a period; null if no number is published. */
  calls_max: { minute: number | null; month: number | null };
  /** Calls are limited by address, which is shared on Cloudflare Workers. */
  is_limited_by_address?: true;
}

/** The vendor's documents about a plan. Null means that they say nothing. */
export interface PlanTerms {
  /** Whether commercial use is allowed. */
  commercial_use: boolean | null;
  /** Whether redistribution of its figures is allowed. */
  redistribution: boolean | null;
}

/** Replies of one form, from one endpoint or from several that differ in a page or a platform. */
export interface SourceReply {
  /** The endpoint, or the common name of its endpoints: `contracts/{platform}`. */
  name: string;
  /** Whether a stored endpoint is one of these; by default the endpoint with that name. */
  covers?: (endpoint: string) => boolean;
  /**
   * Reads a parsed reply (numbers are JsonNumber, see reading/json) into one reading per record, in order. A record
   * that does not fit is a reject; the others continue.
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

/** The requests of every run when they are due. */
export interface SourceEndpoint extends Watched {
  calls(settings: CallSettings): SourceCall[];
}

/** Complete lists of coins or of their contracts: requested once a day, and not by every manual run. */
export interface SourceList extends Watched {
  calls(settings: CallSettings): UnscheduledCall[];
}

/** How far back history goes, and the part that is fetched for each of the largest coins. */
export interface HistoryReach {
  /** How far back it goes. */
  days_max: number;
  /** The days of the calls that fetch a coin's history, in this order. */
  spans: readonly number[];
  /** The maximum number of days for which a call has hourly points. */
  hourly_days_max: number;
}

/** The history of one coin, from `days` ago until now, in one call. */
export interface SourceHistory extends SourceReply, HistoryReach {
  call(external_id: string, days: number): UnscheduledCall;
}

/** The endpoint in which a source names its coins. */
export interface CoinListEndpoint {
  endpoint: string;
  /** The plans whose answer has every coin; under another plan the list may be truncated. */
  whole_in: readonly string[];
}

/** The complete definition of a source; see defineSource. */
export interface SourceDefinition<Id extends string = string> {
  /** Lower-case letters and digits: the name of its rows, its variables (`<ID>_BASE_URL`, …) and its folder. */
  id: Id;
  /** The title for people. */
  title: string;
  /** The credit that its terms ask for: a text and a link. */
  attribution: { text: string; url: string };
  /** Whether it is polled if SOURCES is not set. */
  is_polled_by_default: boolean;
  /** Its position among the sources if several answer, and if several name a coin; the lowest comes first. */
  rank: { answers: number; names: number };
  /**
   * `keyless` is used without a key; of the others, the first is used with a key unless `<ID>_PLAN` names another.
   */
  plans: { keyless: SourcePlan; [name: string]: SourcePlan };
  /** What each plan allows in addition to calls, and where that is written. */
  terms: { url: string; plans: Readonly<Record<string, PlanTerms>> };
  /** For a paged list: the number of pages unless `<ID>_PAGES` sets another, and its maximum. */
  pages?: { default: number; max: number };
  /** The meaning of its own error codes, if the status does not show it. */
  refusals?: Readonly<Record<string, 'key' | 'plan'>>;
  endpoints: readonly SourceEndpoint[];
  /** The lists that distinguish coins. */
  lists?: readonly SourceList[];
  /** The endpoint that names its coins, each by its `id`; absent if none does. */
  coin_list?: CoinListEndpoint;
  /** Absent if its plans have none. */
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
  /** Which key belongs to which plan and base URL, as part of a sentence; null if there are no keys. */
  readonly key_advice: string | null;
  /** Headers, in lower case, that may contain its key. */
  readonly key_headers: ReadonlySet<string>;
  readonly refusals: Readonly<Record<string, 'key' | 'plan'>>;
  readonly contracts: readonly RecordContract[];
  /** The shortest pause between two calls that the plan allows, in ms. */
  paceMs(settings: SourceSettings): number;
  /** The number of calls that the plan allows in each period. Each period is counted, limited or not. */
  limits(settings: SourceSettings): CallLimit[];
  requests(settings: SourceSettings): SourceRequest[];
  catalogRequests(settings: SourceSettings): SourceRequest[];
  readonly history?: HistoryReach & {
    request(settings: SourceSettings, external_id: string, days: number): SourceRequest;
  };
  /** Reads a parsed reply of any of its endpoints. Throws UnreadablePayload. */
  read(body: unknown, context: ReadContext): Reading[];
}

/** The contract for the records of some endpoints of a source. */
export interface RecordContract extends Pick<Watched, 'name' | 'record' | 'records'> {
  source: string;
  covers: (endpoint: string) => boolean;
}

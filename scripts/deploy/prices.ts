/**
 * List prices in US dollars a month, as the vendors' pages had them in November 2026 (Neon's of 12 November;
 * Cloudflare's bear no date). They moved twice in two years: check them.
 */
export const PRICES = {
  as_of: '2026-11',
  /** Workers Paid, with `included` below. */
  workers: 5,
  workers_included: { requests: 10_000_000, cpu_ms: 30_000_000 },
  /** A million milliseconds beyond what is included. */
  workers_million_cpu_ms: 0.02,
  /** A GB, beyond the 10 GB that are free. */
  r2_gb: 0.015,
  r2_free_gb: 10,
  /** A GB of the Launch plan: tables and indexes. */
  neon_gb: 0.35,
  /** An hour of one compute unit while it is awake. */
  neon_cu_hour: 0.106,
  /** A GB of changes that can be gone back to. */
  neon_history_gb: 0.2,
} as const;

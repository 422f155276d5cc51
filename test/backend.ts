/** What one test worker talks to; no other worker does, so that files can run at the same time. */
export interface Backend {
  /** What the Worker gets as DATABASE_URL. */
  databaseUrl: string;
  /** The sandbox: both APIs with a synthetic market. */
  upstreamUrl: string;
  /** A server that plays back what a test wrote. */
  scriptedUrl: string;
}

/** The backend of one test worker. No other worker uses it, so files can run at the same time. */
export interface Backend {
  /** The Worker's DATABASE_URL. */
  databaseUrl: string;
  /** The sandbox: both APIs with a synthetic market. */
  upstreamUrl: string;
  /** A server that plays back the replies of a test script. */
  scriptedUrl: string;
}

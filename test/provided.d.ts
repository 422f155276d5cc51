import 'vitest';

declare module 'vitest' {
  /** What the global setup, on the Node side, tells the tests. */
  interface ProvidedContext {
    databaseUrl: string;
    /** The sandbox: both APIs with a synthetic market. */
    upstreamUrl: string;
    /** A server that plays back what a test wrote. */
    scriptedUrl: string;
  }
}

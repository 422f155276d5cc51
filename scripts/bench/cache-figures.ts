import { rounded } from './numbers.ts';
import { type Figure, figure, type Outcome } from './outcome.ts';

/** The result of one run of readers through the cache. */
export interface CacheRun {
  /** Requests per second of simulated time. */
  rate: number;
  minutes: number;
  /** The share of requests that occur only once. */
  never_repeated: number;
  requests: number;
  /** Requests that ran the Worker. */
  reached: number;
  /** Statements that reads sent to the database. */
  statements: number;
  polls: number;
  /** Calls from the Worker to the cache. */
  calls: number;
}

/** The request rate that the bounds are meant for. Fewer readers share less of the cached replies. */
export const STATED_RATE = 5000;
const STATEMENTS_MOST = { repeated: 30, with_once: 130 };

const perThousand = (count: number, { requests }: CacheRun) => (count / requests) * 1000;

/** Compares the runs with the bounds of the specification. */
export function judgeCache(runs: CacheRun[]): Outcome {
  return {
    figures: runs.flatMap(figuresOf),
    tables: [
      {
        title: 'A price site behind Workers Cache, by simulated time',
        rows: runs.map((run) => ({
          'requests/s': run.rate,
          'never repeated': `${run.never_repeated * 100} %`,
          minutes: rounded(run.minutes),
          requests: run.requests,
          'reach the Worker': `${rounded((run.reached / run.requests) * 100)} %`,
          'statements per 1,000': rounded(perThousand(run.statements, run)),
          polls: run.polls,
          calls: run.calls,
        })),
      },
    ],
  };
}

function figuresOf(run: CacheRun): Figure[] {
  const isOnce = run.never_repeated > 0;
  const most = isOnce ? STATEMENTS_MOST.with_once : STATEMENTS_MOST.repeated;
  const bound = run.rate === STATED_RATE ? { at_most: most } : undefined;
  const named = `cache: ${run.rate} requests/s${isOnce ? ', a tenth never repeated' : ''}`;
  return [
    figure(`${named}: statements per 1,000`, '', perThousand(run.statements, run), bound),
    figure(`${named}: requests that reach the Worker`, '%', (run.reached / run.requests) * 100),
  ];
}

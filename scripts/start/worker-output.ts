import { stripVTControlCharacters } from 'node:util';

export interface Printer {
  out(line: string): void;
  err(line: string): void;
}

/** Ids of the requests by which npm start follows a run; their log lines would hide its progress. */
export const OWN_REQUEST = 'npm-start-';

const WORKER_LOG = /^(?:[▲✘] \[(?:WARNING|ERROR)\] )?(\{"level":"(\w+)".*\})$/;
const NOISE =
  /^(\[wrangler:info\]|⎔|🪵|Using (secrets|vars) defined in|Your Worker has access|Binding\s|env\.|\[wrangler:warn\] Unable to fetch the `Request\.cf`|▲ \[WARNING\] Scheduled Workers are not automatically|✘ \[ERROR\] e = \S+: failed: failed to lookup address information)/;
const TROUBLE = /^(✘ \[ERROR\]|▲ \[WARNING\]|\[wrangler:(error|warn)\])/;
const CONTINUED = /^(\s|Error: getaddrinfo)/;

/**
 * Takes wrangler's output, line by line. Warnings and errors of the Worker go to stderr, and its other log lines to
 * stdout if `verbose`. The filter drops wrangler's request lines, banners and offline notes, and keeps its error
 * text.
 */
export function createOutputFilter(print: Printer, verbose: boolean): (line: string) => void {
  let follows: 'noise' | 'trouble' | undefined;
  return (raw) => {
    const line = stripVTControlCharacters(raw).trimEnd();
    if (line === '') return;
    const [, json, level] = WORKER_LOG.exec(line) ?? [];
    if (json !== undefined) {
      follows = undefined;
      if (level === 'warn' || level === 'error') print.err(json);
      else if (verbose && !json.includes(`"request_id":"${OWN_REQUEST}`)) print.out(json);
    } else if (NOISE.test(line)) follows = 'noise';
    else if (TROUBLE.test(line)) {
      follows = 'trouble';
      print.err(line);
    } else if (!CONTINUED.test(line)) {
      follows = undefined;
      print.out(line);
    } else if (follows === 'trouble') print.err(line);
    else if (follows === undefined) print.out(line);
  };
}

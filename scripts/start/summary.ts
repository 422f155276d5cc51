import type { Variables } from './worker-variables.ts';

export interface Started {
  url: string;
  mode: 'live' | 'sandbox';
  log_file: string;
  verbose: boolean;
  variables: Variables;
}

const TOKENS = ['SCHEDULER_TOKEN', 'UPLOAD_TOKEN', 'READ_TOKEN'];

/** Information that a user needs next, below the ready line. Tokens that somebody chose are not printed. */
export function summaryLines({ url, mode, log_file, verbose, variables }: Started): string[] {
  const local = TOKENS.filter((name) => variables[name] === 'dev');
  const own = TOKENS.filter((name) => variables[name] !== 'dev');
  const lines = [
    ['dashboard', `${url}/`],
    ['docs', `${url}/docs/start`],
    ['try', `curl '${url}/prices?asset=btc-bitcoin'`],
    ['data', mode === 'live' ? 'live, from the sources' : 'SANDBOX: the prices are synthetic'],
    ...(local.length > 0 ? [['tokens', `${local.join(', ')}: dev`]] : []),
    ...(own.length > 0 ? [[local.length > 0 ? '' : 'tokens', `${own.join(', ')}: as you set them`]] : []),
    [
      'logs',
      verbose ? `${log_file}, and here` : `${log_file}; warnings and errors here too (--verbose: all)`,
    ],
    ['stop', 'Ctrl-C; the next start continues with the same data'],
  ];
  return ['', ...lines.map(([name = '', text = '']) => `  ${name.padEnd(11)}${text}`), ''];
}

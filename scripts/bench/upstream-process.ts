import { createServer } from 'node:http';
import { answerParent } from './child.ts';
import { coingeckoGlobal, coinpaprikaGlobal, markets, tickers } from './upstream-replies.ts';

// Both upstreams on one port of the loopback. Replies are made when the epoch is set, before any request.

const PAGES = 4;
const HOUR_MS = 3_600_000;
const start_ms = Math.floor(Date.now() / HOUR_MS - 2) * HOUR_MS;
let replies = new Map<string, string>();

function setEpoch(epoch: number): void {
  replies = new Map([
    ['/coinpaprika/tickers', tickers(epoch, start_ms)],
    ['/coinpaprika/global', coinpaprikaGlobal(epoch, start_ms)],
    ['/coingecko/global', coingeckoGlobal(epoch, start_ms)],
  ]);
  for (let page = 1; page <= PAGES; page += 1)
    replies.set(`/coingecko/coins/markets/${page}`, markets(page, epoch, start_ms));
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://upstream');
  const page = searchParams.get('page');
  // Daily endpoints, such as lists of contracts, reply with an empty list.
  const body = replies.get(page === null ? pathname : `${pathname}/${page}`) ?? '[]';
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
setEpoch(0);

const answers = {
  url: () => {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  },
  /** The instant of epoch 0. */
  startMs: () => start_ms,
  setEpoch,
};
export type UpstreamAnswers = typeof answers;

answerParent(answers);

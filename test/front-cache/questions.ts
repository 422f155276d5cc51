import fc from 'fast-check';
import type { Random } from '../chaos/random.ts';
import { OPERATIONS, type Operation } from '../fuzz/operations.ts';
import { type Known, requestsTo } from '../fuzz/requests.ts';

/** A repeated request. */
export interface Question {
  /** The path in the OpenAPI document: `/assets/{id}`. */
  route: string;
  /** Path and query, exactly as written. */
  target: string;
}

/** Every read-only route. New routes are included automatically. */
export const ROUTES: readonly Operation[] = OPERATIONS.filter(({ method }) => method === 'GET');

const DRAWN = 12;
const USUAL = 9;

export interface Questions {
  /** The requests of a price site, which are most of them. */
  usual: Question[];
  /** For every route, a request that the document allows. */
  drawn: Question[];
}

/** The requests of the clients in a play. */
export function questionsFor(random: Random, known: Known, now: Date): Questions {
  const drawn = ROUTES.flatMap((operation) => {
    const requests = fc.sample(requestsTo(operation, known), {
      seed: random.between(0, 2 ** 31),
      numRuns: DRAWN,
    });
    const fitting = requests.filter(
      ({ method, target }) => method === 'GET' && URL.canParse(`http://x${target}`),
    );
    return fitting.slice(0, 1).map(({ target }) => ({ route: operation.path, target }));
  });
  return { usual: some(random, usual(known, now), USUAL), drawn };
}

function some<Item>(random: Random, items: Item[], count: number): Item[] {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(random.between(0, left.length - 1), 1)).flat();
}

/** Live replies, replies with ages, and replies about the past. */
function usual(known: Known, now: Date): Question[] {
  const past = new Date(now.getTime() - 60_000).toISOString();
  const first = (name: string) => encodeURIComponent(known[name]?.[0] ?? 'none');
  const of = (route: string, targets: string[]): Question[] => targets.map((target) => ({ route, target }));
  const coins = 'btc-bitcoin,eth-ethereum,usdt-tether';
  return [
    ...of('/data', [
      '/data?limit=5',
      '/data?asset=btc-bitcoin&limit=1000',
      '/data?source=csv&limit=2',
      '/data?latest=true&limit=50',
      '/data?latest=true&max_age=1800&limit=50',
      '/data?history=true&limit=1000&format=ndjson',
      '/data?format=csv',
      '/data?symbol=btc&fields=id,price_usd&format=csv&limit=10',
      `/data?limit=20&as_of=${past}`,
    ]),
    ...of('/prices', [
      `/prices?asset=${coins}`,
      '/prices?asset=btc-bitcoin',
      '/prices?symbol=btc,abc&explain=true',
      '/prices?asset=btc-bitcoin&quote=eur',
      '/prices?asset=btc-bitcoin&max_age=1200',
      `/prices?asset=${coins}&at=${past}`,
      `/prices?asset=${coins}&as_of=${past}`,
      `/prices?asset=${coins}&format=csv`,
    ]),
    ...of('/candles', [
      '/candles?asset=btc-bitcoin&interval=1h&limit=50',
      '/candles?asset=btc-bitcoin&interval=1d&basis=observed',
    ]),
    ...of('/assets', [
      '/assets?limit=20',
      '/assets?limit=20&offset=2',
      '/assets?fields=ids&format=csv',
      '/assets?q=bit',
    ]),
    ...of('/assets/{id}', ['/assets/btc-bitcoin']),
    ...of('/assets/{id}/divergence', ['/assets/btc-bitcoin/divergence']),
    ...of('/divergence', ['/divergence']),
    ...of('/rates', ['/rates', '/rates?currency=eur', `/rates?at=${past}`]),
    ...of('/global', ['/global']),
    ...of('/changes', ['/changes?limit=20']),
    ...of('/observations/{id}', [`/observations/${first('/observations/{id} id')}`]),
    ...of('/observations/{id}/proof', [`/observations/${first('/observations/{id} id')}/proof`]),
    ...of('/raw/{sha256}', [`/raw/${first('/raw/{sha256} sha256')}`]),
    ...of('/lake/{part}', [`/lake/${first('/lake/{part} part')}`]),
  ];
}

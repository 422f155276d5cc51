// The status page: asks the same public API as everybody else.

const REFRESH_MS = 30_000;
const ROWS = 50;

const element = (id) => document.getElementById(id);
const make = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
};

async function ask(path) {
  const response = await fetch(path, { headers: { Accept: 'application/json' } });
  return { status: response.status, body: await response.json() };
}

function ago(seconds) {
  if (seconds === null) return 'never';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

const secondsSince = (instant) => Math.max(0, Math.round((Date.now() - Date.parse(instant)) / 1000));

/** A shortened number whose title holds every digit. */
function number(text, options) {
  if (text === null) return make('span', '', '–');
  const node = make('span', '', Number(text).toLocaleString('en-US', options));
  node.title = text;
  return node;
}

function showHealth({ body }) {
  const state = element('state');
  state.textContent = body.status ?? 'unknown';
  state.className = `state ${body.status ?? 'down'}`;
  element('sandbox').hidden = body.upstreams !== 'sandbox';
  element('version').textContent = body.version ? `Version ${body.version}` : '';
  element('sources').replaceChildren(...(body.sources ?? []).map(sourceCard));
}

function sourceCard(source) {
  const head = make('strong', '', source.source);
  const state = make('span', source.status, ` ${source.status}${source.stale ? ', stale' : ''}`);
  const success =
    source.last_success_at === null ? 'no success yet' : `last success ${ago(source.age_seconds)}`;
  const lines = [
    make('p', '', source.source === 'csv' && !source.last_run_at ? 'waits for uploads' : success),
  ];
  if (source.message) lines.push(make('p', source.status, source.message));
  return make('li', '', head, state, ...lines);
}

function showPrices({ status, body }) {
  const notice = element('notice');
  if (status !== 200) {
    notice.textContent =
      status === 401
        ? 'Reading prices needs a token here; the API docs say how to send it.'
        : (body.detail ?? 'No answer.');
    element('prices').replaceChildren();
    return;
  }
  notice.textContent = body.data.length === 0 ? 'No listing matches.' : '';
  element('prices').replaceChildren(...body.data.map(priceRow));
  element('attribution').replaceChildren(...body.meta.attribution.flatMap(credit));
}

function credit({ text, url }) {
  if (url === null) return [`${text}. `];
  const link = make('a', '', text);
  link.href = url;
  return [link, '. '];
}

function priceRow(row) {
  const coin = make('a', '', row.name ?? row.external_id);
  coin.href = `/observations/${encodeURIComponent(row.id)}`;
  const change = make('td', `number ${direction(row.percent_change_24h)}`);
  change.append(
    number(row.percent_change_24h, { maximumFractionDigits: 2, signDisplay: 'negative' }),
    row.percent_change_24h === null ? '' : ' %',
  );
  const time = make('time', row.flags.includes('stale') ? 'stale' : '', ago(secondsSince(row.created_at)));
  time.dateTime = row.created_at;
  time.title = row.created_at;
  const whole = { maximumFractionDigits: 0 };
  return make(
    'tr',
    '',
    make('td', '', coin, make('span', 'small', row.ticker ?? '')),
    make('td', 'number', number(row.price_usd, { maximumSignificantDigits: 6 })),
    change,
    make('td', 'number wide', number(row.market_cap_usd, whole)),
    make('td', 'number wide', number(row.volume_24h_usd, whole)),
    make('td', '', row.source),
    make('td', 'wide', time),
  );
}

function direction(text) {
  if (text === null || Number(text) === 0) return '';
  return text.startsWith('-') ? 'falling' : 'up';
}

function pricesPath() {
  const query = new URLSearchParams({ latest: 'true', decimals: 'string', limit: String(ROWS) });
  const symbol = element('symbol')
    .value.replaceAll(/[\s,]+/g, ',')
    .replaceAll(/^,|,$/g, '');
  if (symbol) query.set('symbol', symbol);
  if (element('source').value) query.set('source', element('source').value);
  return `/data?${query}`;
}

let asked = 0;
async function refresh() {
  asked += 1;
  const mine = asked;
  const [health, prices] = await Promise.allSettled([ask('/health'), ask(pricesPath())]);
  if (mine !== asked) return; // a newer question is under way
  const failed = { status: 0, body: { status: 'down', detail: 'The service cannot be reached.' } };
  showHealth(health.value ?? failed);
  showPrices(prices.value ?? failed);
}

let typing;
element('filter').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(refresh, 250);
});
element('filter').addEventListener('submit', (event) => {
  event.preventDefault();
  refresh();
});
setInterval(() => {
  if (!document.hidden) refresh();
}, REFRESH_MS);
refresh();

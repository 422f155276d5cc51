// The form for the reading of a file: the role of each column, and facts that the file does not state.
import { make } from '../dom.js';

/** @typedef {import('../api.js').DataOf<'/uploads/{id}'>} Upload */
/** @typedef {NonNullable<Upload['plan']>} Plan */
/** @typedef {import('./head.js').Column} Column */
/** @typedef {Record<string, string>} Parameters as POST /uploads takes them */

/** The roles of a column, with their names for people. @type {[string, string][]} */
const ROLES = [
  ['instant', 'date and time'],
  ['date', 'date alone'],
  ['clock', 'time of day alone'],
  ['price', 'price'],
  ['open', 'open'],
  ['high', 'high'],
  ['low', 'low'],
  ['close', 'close'],
  ['cap', 'market cap, USD'],
  ['volume_usd', 'volume, USD'],
  ['volume_base', 'volume, coins'],
  ['volume_quote', 'volume, quote currency'],
  ['change', 'change, per cent'],
  ['coin', 'coin'],
  ['pair', 'trading pair'],
  ['quote', 'quote currency'],
  ['venue', 'exchange'],
  ['ignore', 'not read'],
];

/** @typedef {{ name: string, label: string, options?: [string, string][] }} Setting with options, a list of answers; otherwise any text */

/** The facts that people can state about a file. @type {Setting[]} */
const SETTINGS = [
  { name: 'asset', label: 'Coin, by its id' },
  { name: 'symbol', label: 'Coin, by its symbol' },
  { name: 'quote', label: 'Prices are in (usd, usdt)' },
  {
    name: 'date_order',
    label: 'Order in dates',
    options: [
      ['dmy', 'day, month, year'],
      ['mdy', 'month, day, year'],
      ['ymd', 'year, month, day'],
    ],
  },
  { name: 'zone', label: 'Time zone (UTC, Europe/Berlin)' },
  {
    name: 'bar',
    label: 'A time names the bar’s',
    options: [
      ['open', 'beginning'],
      ['close', 'end'],
    ],
  },
  { name: 'period', label: 'Period of a bar (1h, 1d)' },
  {
    name: 'volume',
    label: 'Volume is in',
    options: [
      ['usd', 'US dollars'],
      ['base', 'coins'],
      ['ignore', 'do not read it'],
    ],
  },
  {
    name: 'decimal',
    label: 'Decimal mark',
    options: [
      ['point', 'point: 1.5'],
      ['comma', 'comma: 1,5'],
    ],
  },
  {
    name: 'delimiter',
    label: 'Between cells',
    options: [
      [',', 'comma'],
      [';', 'semicolon'],
      ['tab', 'tab'],
      ['|', 'bar |'],
    ],
  },
  { name: 'header', label: 'First line', options: [['none', 'is data: there is no header']] },
  { name: 'dialect', label: 'Reader (yahoo, investing, …)' },
  { name: 'venue', label: 'Exchange' },
];

/** @type {Setting} */
const COLUMNS_AS_TEXT = { name: 'columns', label: 'Columns (1:instant,2:price)' };

/**
 * A form whose result is the parameters of the reading.
 * @param {Column[]} columns if there are none, a text describes them
 * @param {Parameters} before the answers so far
 * @param {{ button: string, open: boolean, faults: string, read: (parameters: Parameters) => void }} options
 */
export function settingsForm(columns, before, { button, open, faults, read }) {
  const selects = columns.map(({ role }) => roleSelect(role));
  const shown = columns.length > 0 ? SETTINGS : [COLUMNS_AS_TEXT, ...SETTINGS];
  const inputs = shown.map((setting) => ({
    setting,
    input: settingInput(setting, before[setting.name] ?? ''),
  }));
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const told = inputs.map(({ setting, input }) => [setting.name, input.value.trim()]);
    const parameters = Object.fromEntries(told.filter(([, value]) => value !== ''));
    const roles = columnsText(columns, selects, before.columns);
    read(roles === null ? parameters : { ...parameters, columns: roles });
  };
  const named = inputs.map(({ setting: { name, label }, input }) =>
    // Highlights the parameter that the fault asks for.
    make('label', { class: faults.includes(`${name}=`) ? 'asked' : '' }, label, ' ', input),
  );
  return make(
    'details',
    { class: 'settings', open },
    make('summary', {}, 'Correct the reading'),
    make(
      'form',
      { onsubmit: submit },
      columns.length > 0 && columnChoices(columns, selects),
      make('div', { class: 'controls' }, ...named),
      make('button', { type: 'submit' }, button),
    ),
  );
}

/** @param {string} role */
const roleSelect = (role) =>
  make(
    'select',
    {},
    ...ROLES.map(([id, text]) => make('option', { value: id, selected: id === role }, text)),
  );

/**
 * @param {Setting} setting
 * @param {string} value
 */
function settingInput({ options }, value) {
  if (options === undefined)
    return make('input', {
      type: 'text',
      maxlength: 100,
      autocomplete: 'off',
      placeholder: 'as the file says',
      value,
    });
  const all = /** @type {[string, string][]} */ ([['', 'as the file says'], ...options]);
  return make(
    'select',
    {},
    ...all.map(([id, text]) => make('option', { value: id, selected: id === value }, text)),
  );
}

/**
 * @param {Column[]} columns
 * @param {HTMLSelectElement[]} selects
 */
const columnChoices = (columns, selects) =>
  make(
    'div',
    { class: 'controls columns' },
    ...columns.map(({ column, example }, index) =>
      make(
        'label',
        {},
        make('strong', {}, column || `column ${index + 1}`),
        example && make('span', { class: 'quiet' }, ` “${example.text}”`),
        ' ',
        selects[index],
      ),
    ),
  );

/**
 * The parameter `columns`: if a role was changed, the roles of all columns by position, otherwise the previous text.
 * @param {Column[]} columns
 * @param {HTMLSelectElement[]} selects
 * @param {string | undefined} before
 */
function columnsText(columns, selects, before) {
  const isChanged = columns.some(({ role }, index) => selects[index]?.value !== role);
  if (!isChanged) return before ?? null;
  return selects.map(({ value }, index) => `${index + 1}:${value}`).join(',');
}

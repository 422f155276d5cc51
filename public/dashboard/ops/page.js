// The page for the operators of the service.
import { element, fill, make } from '../dom.js';
import { showFiles, wireFiles } from '../files/files.js';
import { showIntegrity } from './integrity.js';
import { showLake } from './lake.js';
import { showMappings } from './mappings.js';
import { followRuns, showRuns } from './runs.js';
import { showHealth, wireSources } from './sources.js';

/** @returns {import('../main.js').View} */
export function openView() {
  document.title = 'Operations · cointape';
  const sources = /** @type {HTMLDetailsElement} */ (element('sources'));
  sources.open = true;
  fill(
    element('ops-view'),
    make('h2', { class: 'page-title' }, 'Operations'),
    sources,
    panel('runs', 'Runs', 'Each attempt to fetch and load data'),
    panel('files', 'Files', 'History from CSV exports'),
    panel('mappings', 'Mappings to decide', 'Listings whose coin is not certain'),
    panel('integrity', 'Drift and gaps', 'Fields that sources changed, and periods without data'),
    panel('lake', 'Lake', 'Past days as Parquet files'),
  );
  element('runs')
    .querySelector('header')
    ?.append(make('div', { id: 'runs-views' }));
  wireSources();
  wireFiles();
  return {
    panels: [showFirst, showFiles, showMappings, showIntegrity, showLake],
    follow: followRuns,
  };
}

let isPlaced = false;

/** Shows the first panels, then scrolls to the panel that the address names. */
async function showFirst() {
  try {
    await Promise.all([showHealth(), showRuns()]);
  } finally {
    if (!isPlaced) document.getElementById(location.hash.slice(1))?.scrollIntoView();
    isPlaced = true;
  }
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} note
 */
const panel = (id, title, note) =>
  make(
    'section',
    { id, class: 'panel', 'aria-labelledby': `${id}-title` },
    make('header', {}, make('h2', { id: `${id}-title` }, title), make('p', { class: 'quiet' }, note)),
    make('div', { id: `${id}-body` }),
  );

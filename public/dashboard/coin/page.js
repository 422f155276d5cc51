// The page of a coin, with the list of all coins below it.
import { followList, showList, wireList } from '../list/list.js';
import { showHealth, wireSources } from '../ops/sources.js';
import { followCoin, showCoin } from './coin.js';

/** @returns {import('../main.js').View} */
export function openView() {
  wireList();
  wireSources();
  addEventListener('timeschange', followCoin);
  return {
    panels: [showCoin, showHealth, showList],
    follow() {
      followCoin();
      followList();
    },
  };
}

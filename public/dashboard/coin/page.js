// The page of a coin, with the list of all coins below it.
import { followList, isAskedFor, showList, wireList } from '../list/list.js';
import { showHealth, wireSources } from '../ops/sources.js';
import { followCoin, showCoin } from './coin.js';

/** @returns {import('../main.js').View} */
export function openView() {
  wireList();
  wireSources();
  addEventListener('timeschange', followCoin);
  let coin = Promise.resolve();
  const coinFirst = () => {
    coin = showCoin();
    return coin;
  };
  // The requests of the coin and its chart go first, unless the address concerns the list below.
  const listAfter = async () => {
    if (!isAskedFor()) await coin.catch(() => {});
    await showList();
  };
  return {
    panels: [coinFirst, showHealth, listAfter],
    follow() {
      followCoin();
      followList();
    },
  };
}

import { prepareCluster } from '../cluster.ts';

/** What several files want at the same time. */
export default prepareCluster;

import { prepareCluster } from '../cluster.ts';

/** Resources that several files need at the same time. */
export default prepareCluster;

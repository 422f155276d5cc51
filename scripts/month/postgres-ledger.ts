import type { Db } from '../../src/db/client.ts';
import { reserveCalls } from '../../src/db/upstreams/call-ledger.ts';
import { ledgerOf, listLedger, lockUpstream } from '../../src/db/upstreams/circuits.ts';
import { callsIn } from '../../src/domain/upstream/quota.ts';
import type { Ledger } from './simulate.ts';

/** The ledger in which the Worker counts. The Worker reads it again only after a count. */
export function postgresLedger(db: Db, source: string): Ledger {
  let known: ReturnType<typeof ledgerOf> | null = null;
  return {
    async reserve(periods, wanted) {
      const [, rows] = await db.batch([
        lockUpstream(db, source, 'demo'),
        reserveCalls(db, source, periods, wanted),
      ]);
      known = null;
      return rows[0]?.granted ?? {};
    },
    async counted(month) {
      known ??= ledgerOf(source, await listLedger(db));
      const { calls = 0, spare_calls = 0 } = callsIn(month, known) ?? {};
      return { calls, spare_calls };
    },
  };
}

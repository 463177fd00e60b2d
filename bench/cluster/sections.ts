import type { Section } from '../section.ts'
import { clusterAccounts } from './accounts.ts'
import type { DatabaseServer } from './database-server.ts'
import { clusterIngest } from './ingest.ts'
import { clusterLatency } from './latency.ts'
import { clusterPrune } from './prune.ts'

/** What several copies on one PostgreSQL do. */
export const CLUSTER_SECTIONS: Readonly<Record<string, (server: DatabaseServer) => Section>> = {
  ingest: clusterIngest,
  'end-to-end': clusterLatency,
  accounts: clusterAccounts,
  prune: clusterPrune,
}

import { ALL_CORES, SERVICE_CORE } from '../cores.ts'
import type { Section } from '../section.ts'
import { clusterAccount } from './account.ts'
import { clusterAccounts } from './accounts.ts'
import type { DatabaseServer } from './database-server.ts'
import { clusterFar } from './far.ts'
import { clusterIngest } from './ingest.ts'
import { clusterLatency } from './latency.ts'
import { clusterPrune } from './prune.ts'

type ClusterSection = (server: DatabaseServer) => Section

/** One instance and PostgreSQL on one core, the sender on the other. */
const ON_ONE_CORE: Readonly<Record<string, ClusterSection>> = { account: clusterAccount, far: clusterFar }
/** Everything on all cores. */
const ON_ALL_CORES: Readonly<Record<string, ClusterSection>> = {
  accounts: clusterAccounts,
  ingest: clusterIngest,
  'end-to-end': clusterLatency,
  prune: clusterPrune,
}

/** Sections about instances with one PostgreSQL. */
export function clusterSections(server: DatabaseServer): Readonly<Record<string, Section>> {
  return { ...pinned(ON_ONE_CORE, server, SERVICE_CORE), ...pinned(ON_ALL_CORES, server, ALL_CORES) }
}

function pinned(sections: Readonly<Record<string, ClusterSection>>, server: DatabaseServer, cores: string) {
  return Object.fromEntries(
    Object.entries(sections).map(([name, open]): [string, Section] => [
      name,
      (options) => {
        server.pin(cores)
        return open(server)(options)
      },
    ]),
  )
}

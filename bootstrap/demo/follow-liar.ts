/** Where a client sends work before an audit finds a false answer of a miner, and after. */
import { type AuditRow, isMismatch } from '../../node/client/auditing/audit-row.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import type { Address } from '../../protocols/kernel/ids.ts'

export interface FollowedLiar {
  readonly isFound: boolean
  /** Who answered each job: until it was found, or there were enough, and from then on. */
  readonly before: readonly Address[]
  readonly after: readonly Address[]
}

export interface FollowNeeds {
  readonly client: RunningNode
  readonly liar: Address
  /** One job, with its receipt. @returns who answered */
  readonly job: () => Promise<Address>
  /** Jobs without a find: then it is given up. */
  readonly beforeMax: number
  readonly afterCount: number
  /** Jobs of the part that runs. */
  readonly onJob?: (count: number) => void
}

/** One job after the other, each with its audit, as one person asks. @throws what a job throws */
export async function followLiar(needs: FollowNeeds): Promise<FollowedLiar> {
  const { client, liar, job, beforeMax, afterCount, onJob } = needs
  let isFound = false
  using _hearing = hearMismatches(client, ({ parties }) => {
    isFound ||= parties.some(({ miner, outcome }) => miner === liar && outcome === 'mismatched')
  })
  const ask = async (count: number, isOver: () => boolean): Promise<readonly Address[]> => {
    const miners: Address[] = []
    while (miners.length < count && !isOver()) {
      miners.push(await job())
      await client.audits!.auditor.settled()
      onJob?.(miners.length)
    }
    return miners
  }
  const before = await ask(beforeMax, () => isFound)
  const after = await ask(afterCount, () => false)
  return { isFound, before, after }
}

/** Hears of each audit that finds somebody's answer false. */
export function hearMismatches(client: RunningNode, hear: (row: AuditRow) => void): Disposable {
  return client.bus.listen(({ event }) => {
    if (event.kind !== 'audit:ended') return
    const row = client.audits!.book.rows().findLast(({ drawn }) => drawn === event.drawn)
    if (row !== undefined && isMismatch(row)) hear(row)
  })
}

export const jobsOf = (miner: Address, jobs: readonly Address[]): number => jobs.filter((each) => each === miner).length

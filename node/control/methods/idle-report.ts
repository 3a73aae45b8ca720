/** Why this miner gets no work, where it has had none for a while: the facts of this node for the rule of rules/earning. */
import type { Credits } from '../../../protocols/kernel/money.ts'
import { marketRank } from '../../../protocols/rules/earning/market-rank.ts'
import { type IdleFacts, type IdleReason, whyNoWork } from '../../../protocols/rules/earning/why-no-work.ts'
import type { NodeState } from '../../events/node-state.ts'
import type { Miner } from '../../roles/miner/miner.ts'
import type { RunningNode } from '../../roles/start-node.ts'

export interface IdleReport {
  /** Since the last job was taken or ended, or since the start. */
  readonly quietMs: number
  /** The weightiest first. */
  readonly reasons: readonly IdleReason[]
}

/** Shorter is chance, at a miner that gets a job now and then. */
const QUIET_MS_MIN = 300_000

/** `undefined` while it works, or had work lately. */
export function idleReport(node: RunningNode, miner: Miner, state: NodeState): IdleReport | undefined {
  const { asked, desk } = miner
  const { quietMs } = asked
  if (desk.jobs > 0 || quietMs < QUIET_MS_MIN) return undefined
  const { settings, network } = node
  const byModel = asked.byModel()
  const served = [...miner.models.all()]
  const othersOf = miner.prices.othersOf(served)
  const unserved = [...byModel].filter(([id]) => !served.some(({ table }) => table.id === id))
  const reasons = whyNoWork({
    models: served.map(({ table, base }) => ({
      name: table.name,
      base,
      rank: marketRank({ base, jobs: desk.jobs, jobsMax: settings.jobsMax }, othersOf.get(table.id) ?? []),
      accepted: byModel.get(table.id)?.accepted ?? 0,
      refused: byModel.get(table.id)?.refused ?? {},
    })),
    signing: state.signing?.message,
    isClockStopped: state.clockStopped,
    isDiskFull: state.space !== 'ok',
    peers: node.mesh.connectedPeers().length,
    holds: state.care.admits
      ? []
      : state.care.reasons.map(({ text, on }) => (on === undefined ? text : `${on}: ${text}`)),
    leasedUntilMs: state.leasedUntilMs,
    listens: settings.listen.length > 0,
    seenBy: state.offer?.paused === true ? undefined : miner.seenBy.last,
    stakeShort: state.standing === 'short' ? (network.parameters.stakeMin as Credits) : undefined,
    score: scoreOf(node, miner),
    unserved: {
      asks: unserved.reduce((sum, [, { refused }]) => sum + Object.values(refused).reduce((a, b) => a + b, 0), 0),
      models: unserved.length,
    },
    lookedMs: asked.lookedMs,
  })
  return { quietMs, reasons }
}

/** As others tell of it: a miner does not rate itself. */
function scoreOf({ quality }: RunningNode, { operator }: Miner): IdleFacts['score'] {
  const { points, tier } = quality.book.othersScoreOf(operator).score
  return points === undefined ? undefined : { points, tier }
}

/** What raters say on the mesh's own topic of scores: each client publishes its digest now and then, and hears those of its region. */
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import { ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Signer, Timer } from '../../protocols/kernel/ports.ts'
import { centiOf, type Evidence } from '../../protocols/rules/qos/miner-score.ts'
import { WINDOW_S } from '../../protocols/rules/qos/observation.ts'
import { HighestSeen, nextSequence } from '../../protocols/statements/sequence.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { DIGEST_SUBJECTS_MAX, type DigestRow, type ScoreDigest } from '../../protocols/wire/score/score-digest.ts'
import { type HeardWord, scoreTopic, signScoreWord, TOLD_EACH_MS } from '../../protocols/wire/score/score-topic.ts'
import type { VirtualNode } from '../wire/virtual-world.ts'
import type { ClientConduct } from './client-conduct.ts'
import type { OwnView } from './own-view.ts'
import type { WorldChain } from './world-chain.ts'

export interface ScoreTellerNeeds {
  readonly node: VirtualNode
  readonly domain: SigningDomain
  readonly chain: WorldChain
  readonly payer: Signer
  readonly region: string
  readonly view: OwnView
  readonly conduct: ClientConduct | undefined
  /** Jobs that this payer paid there. */
  readonly paidJobs: (miner: Address) => number
  readonly nameOf: (miner: Address) => string
  readonly onFailure: (error: unknown) => void
}

export class ScoreTeller implements Disposable {
  readonly #needs: ScoreTellerNeeds
  readonly #topic: ReturnType<typeof worldScoreTopic>
  #sequence = 0n
  #timer: Timer | undefined

  constructor(needs: ScoreTellerNeeds) {
    const { node, domain, chain, region, view } = needs
    this.#needs = needs
    this.#topic = worldScoreTopic(domain, chain)
    node.network.subscribe(this.#topic, region, ({ rater, word }: HeardWord) => {
      if (word.kind === 'scores') view.heard(rater, word.rows)
    })
  }

  /** @param firstMs so that not all tell at once */
  start(firstMs: number = TOLD_EACH_MS * this.#needs.node.random.fraction()): void {
    if (this.#needs.conduct?.isSilent === true) return
    this.#timer = this.#needs.node.clock.after(firstMs, () => {
      this.start(TOLD_EACH_MS)
      this.#tell().catch(this.#needs.onFailure)
    })
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
  }

  async #tell(): Promise<void> {
    const { node, domain, payer, region } = this.#needs
    const rows = this.#rows()
    if (rows.length === 0) return
    const nowMs = node.clock.nowMs()
    const untilS = Math.floor(nowMs / 1_000)
    this.#sequence = nextSequence(this.#sequence, nowMs)
    const digest: ScoreDigest = {
      kind: 'scores',
      region,
      peer: node.network.self,
      fromS: untilS - WINDOW_S,
      untilS,
      fromBlock: 0n,
      untilBlock: 0n,
      // This market has no batches of observations: the digest stands for them.
      batches: [this.#sequence],
      rows,
    }
    const { bytes } = signScoreWord(domain, digest, { sequence: this.#sequence, nowMs }, payer)
    await node.network.publish(this.#topic, region, bytes)
  }

  #rows(): readonly DigestRow[] {
    const { view, conduct, nameOf, paidJobs } = this.#needs
    const rows: DigestRow[] = []
    for (const [miner, evidence] of view.ownEvidence()) {
      if (paidJobs(miner) === 0) continue
      const row = this.#row(miner, evidence)
      const told = conduct?.tells === undefined ? row : conduct.tells({ ...row, name: nameOf(miner) })
      if (told !== undefined) rows.push(told)
    }
    const most = rows.toSorted((a, b) => b.count - a.count).slice(0, DIGEST_SUBJECTS_MAX)
    return most.sort((a, b) => (a.miner < b.miner ? -1 : 1))
  }

  #row(miner: Address, { latency, accuracy, uptime, cost }: Evidence): DigestRow {
    const { chain, payer, paidJobs } = this.#needs
    const owner = chain.ownerOf(miner)
    const told: Evidence = Object.fromEntries(
      Object.entries({ latency, accuracy, uptime, cost }).filter(([, each]) => each !== undefined),
    )
    return {
      miner,
      owner,
      count: paidJobs(miner),
      latency,
      accuracy,
      uptime,
      cost,
      centi: centiOf(told),
      feeBurned: credits(chain.burned(payer.address, owner).there),
      receipts: NO_RECEIPTS,
    }
  }
}

/** This market's receipts are the payments in its ledger. */
const NO_RECEIPTS: Hash32 = ZERO_HASH

/** Of raters of whom nothing was burned nobody takes a word. */
export const worldScoreTopic = (domain: SigningDomain, chain: WorldChain) =>
  scoreTopic(domain, new HighestSeen(), { concerns: (rater) => chain.hasBurned(rater) })

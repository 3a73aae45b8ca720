/** What a neighbour's conduct is worth, by gossipsub's rules and with the mesh's own numbers. */
import { neighbourScores as law, topicScores as topicLaw } from '../../../node/network/gossip/gossip-law.ts'

interface Conduct {
  meshSinceMs: number | undefined
  firstDeliveries: number
  invalidDeliveries: number
}

export class NeighbourScore {
  readonly #topics = new Map<string, Conduct>()
  #badBehaviour = 0
  #decayedAtMs: number
  /** When the neighbour left; its score outlives that for a while, so that going and coming washes nothing. */
  goneAtMs: number | undefined

  constructor(nowMs: number) {
    this.#decayedAtMs = nowMs
  }

  inMesh(topicId: string, sinceMs: number | undefined): void {
    this.#conduct(topicId).meshSinceMs = sinceMs
  }

  delivered(topicId: string, nowMs: number): void {
    this.#decay(nowMs)
    const conduct = this.#conduct(topicId)
    conduct.firstDeliveries = Math.min(topicLaw.firstMessageDeliveriesCap, conduct.firstDeliveries + 1)
  }

  deliveredInvalid(topicId: string, nowMs: number): void {
    this.#decay(nowMs)
    this.#conduct(topicId).invalidDeliveries++
  }

  misbehaved(nowMs: number): void {
    this.#decay(nowMs)
    this.#badBehaviour++
  }

  /** @param standing of the peer ledger: 0 where nothing is held against the peer, -1 where it is shut out */
  value(nowMs: number, standing: number): number {
    this.#decay(nowMs)
    let topics = 0
    for (const conduct of this.#topics.values()) topics += topicLaw.topicWeight * worth(conduct, nowMs)
    const excess = Math.max(0, this.#badBehaviour - law.behaviourPenaltyThreshold)
    return (
      Math.min(law.topicScoreCap, topics) +
      law.appSpecificWeight * standing +
      law.behaviourPenaltyWeight * excess * excess
    )
  }

  #conduct(topicId: string): Conduct {
    const known = this.#topics.get(topicId)
    if (known !== undefined) return known
    const fresh: Conduct = { meshSinceMs: undefined, firstDeliveries: 0, invalidDeliveries: 0 }
    this.#topics.set(topicId, fresh)
    return fresh
  }

  /** Whole intervals only, as gossipsub does it. */
  #decay(nowMs: number): void {
    const intervals = Math.floor((nowMs - this.#decayedAtMs) / law.decayInterval)
    if (intervals <= 0) return
    this.#decayedAtMs += intervals * law.decayInterval
    for (const conduct of this.#topics.values()) {
      conduct.firstDeliveries = decayed(conduct.firstDeliveries, topicLaw.firstMessageDeliveriesDecay, intervals)
      conduct.invalidDeliveries = decayed(conduct.invalidDeliveries, topicLaw.invalidMessageDeliveriesDecay, intervals)
    }
    this.#badBehaviour = decayed(this.#badBehaviour, law.behaviourPenaltyDecay, intervals)
  }
}

function worth({ meshSinceMs, firstDeliveries, invalidDeliveries }: Conduct, nowMs: number): number {
  const quanta = meshSinceMs === undefined ? 0 : (nowMs - meshSinceMs) / topicLaw.timeInMeshQuantum
  return (
    topicLaw.timeInMeshWeight * Math.min(topicLaw.timeInMeshCap, quanta) +
    topicLaw.firstMessageDeliveriesWeight * firstDeliveries +
    topicLaw.invalidMessageDeliveriesWeight * invalidDeliveries * invalidDeliveries
  )
}

function decayed(value: number, factor: number, intervals: number): number {
  const left = value * factor ** intervals
  return left < law.decayToZero ? 0 : left
}

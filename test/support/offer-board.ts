import { systemRandom } from '../../node/network-node/system-random.ts'
import { OfferBoard, type OfferSettings } from '../../node/work/offer-board.ts'
import { ModelSeat } from '../../node/work/queue/model-seat.ts'
import { ServedModel, ServedModels } from '../../node/work/served-models.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import { HighestSeen, nextSequence } from '../../protocols/statements/sequence.ts'
import { type Offer, openOffer } from '../../protocols/wire/offer/offer.ts'
import { offerTopic } from '../../protocols/wire/offer/offer-topic.ts'
import { IdentitySession } from './engines/identity-session.ts'
import { cast, crypto, domain } from './statement-vectors/cast.ts'
import { ManualClock } from './virtual/manual-clock.ts'
import { model } from './wire-vectors/job-samples.ts'

export const NOW_MS = 1_790_000_000_000
export const MINUTE_MS = 60_000
export const settings = { region: 'eu-west', gpuClass: 'cpu', jobsMax: 4, chunkCredits: credits(400), windowChunks: 4 }

export function offerBoard(change: Partial<OfferSettings> = {}) {
  const clock = new ManualClock(NOW_MS)
  const facts = { peers: 3, jobs: 0, sequence: 0n, failure: undefined as MeshError | undefined, meanwhile: () => {} }
  const told: { readonly shard: string; readonly offer: Offer }[] = []
  const failures: Error[] = []
  const session = new IdentitySession(clock, 1)
  const models = new ServedModels()
  const serve = (id = model, base = 100): void => {
    const { kernelClass, inputs, outputs } = session
    models.add(
      new ServedModel({ id, name: 'm', bytes: 1, base: credits(base), kernelClass, inputs, outputs }, [
        new ModelSeat(crypto, 'cpu', session),
      ]),
    )
  }
  serve()
  const board = new OfferBoard(
    {
      network: {
        async publish(_: unknown, shard: string, data: Uint8Array) {
          if (facts.failure !== undefined) throw facts.failure
          told.push({ shard, offer: openOffer(domain, data) })
          return facts.peers
        },
      } as unknown as Network,
      domain,
      signer: cast.operator.signer,
      clock,
      topic: offerTopic(domain, new HighestSeen()),
      models,
      jobs: () => facts.jobs,
      nextSequence: async (nowMs) => {
        facts.meanwhile()
        facts.sequence = nextSequence(facts.sequence, nowMs)
        return facts.sequence
      },
      onPublished: () => undefined,
      onFailure: (error) => failures.push(error),
      random: systemRandom,
    },
    { ...settings, ...change },
  )
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  /** Lets time pass as it does: one timer after another. */
  const pass = async (ms: number, stepMs = 500): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) await advance(stepMs)
  }
  return { clock, facts, told, failures, models, serve, board, advance, pass }
}

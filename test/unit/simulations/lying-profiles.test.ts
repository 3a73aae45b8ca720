import { describe, expect, it } from 'vitest'
import { ClaimBook } from '../../../node/market/claim-book.ts'
import { type ProbedMiner, Prober } from '../../../node/market/prober.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { ClaimingCard } from '../../../protocols/rules/probing/card-claims.ts'
import { answerProbe, type ProbeDesk } from '../../../protocols/wire/probe/probe-handler.ts'
import { probeProtocol } from '../../../protocols/wire/probe/probe-protocol.ts'
import type { Profile } from '../../../protocols/wire/profile/profile.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { type ModelledCard, modelledDesk } from '../../support/virtual/modelled-card.ts'

const HOUR_MS = 3_600_000
/** Four for each of them. */
const PER_HOUR = 52
/** What all of them claim: small, so that a test can afford the work. */
const CLAIM = { fp32Gflops: 0.001, memoryBytes: 49_152 }
/** Beside it, each a little lower. */
const OTHERS = [0.9, 0.8, 0.7].map((share) => ({ ...CLAIM, fp32Gflops: CLAIM.fp32Gflops * share }))
const SEQUENCE = 7n

type Kind =
  | 'honest'
  | 'fast liar'
  | 'memory liar'
  | 'pausing'
  | 'busy'
  | 'loaded'
  | 'far'
  | 'lossy'
  | 'cheat'
  | 'two cards'
  | 'list liar'
  | 'slow cards liar'
  | 'shy liar'

/** What the profile claims. The liars among them have the first card only. */
const cardsOf = (kind: Kind): readonly ClaimingCard[] =>
  kind === 'two cards'
    ? [CLAIM, { memoryBytes: CLAIM.memoryBytes }, OTHERS[0]!]
    : kind === 'list liar' || kind === 'slow cards liar' || kind === 'shy liar'
      ? [CLAIM, ...OTHERS]
      : [CLAIM]

function machineOf(kind: Kind, random: SeededRandom): Partial<ModelledCard> {
  /** Other things go on for minutes at a time; which minutes, the seed says. */
  const nowAndThen = (clock: () => number, often: number): boolean => {
    const minute = Math.floor(clock() / 240_000)
    return random.fork(`minute ${minute}`).fraction() < often
  }
  return {
    honest: {},
    'fast liar': { gflops: CLAIM.fp32Gflops / 10 },
    'memory liar': { memoryBytes: CLAIM.memoryBytes / 10 },
    cheat: { skips: true },
    pausing: { pausesAt: (now: () => number) => nowAndThen(now, 0.6) },
    busy: { busyAt: (now: () => number) => nowAndThen(now, 0.6) },
    loaded: { loadAt: (now: () => number) => (nowAndThen(now, 0.5) ? 0.45 : 1) },
    far: {},
    lossy: {},
    'two cards': {},
    'list liar': {},
    'slow cards liar': {},
    'shy liar': {},
  }[kind] as Partial<ModelledCard>
}

const KINDS: readonly Kind[] = [
  'honest',
  'fast liar',
  'memory liar',
  'pausing',
  'busy',
  'loaded',
  'far',
  'lossy',
  'cheat',
  'two cards',
  'list liar',
  'slow cards liar',
  'shy liar',
]
const LIARS: readonly Kind[] = ['fast liar', 'memory liar', 'cheat', 'list liar', 'slow cards liar']

/** What answers for a card beside the first one. */
function otherDesk(kind: Kind, card: number, clock: Clock): ProbeDesk {
  const gflops = cardsOf(kind)[card]!.fp32Gflops!
  const { memoryBytes } = CLAIM
  if (kind === 'two cards') return modelledDesk({ clock, gflops, memoryBytes })
  // A small card, or the processor, under the name of a large one.
  if (kind === 'slow cards liar') return modelledDesk({ clock, gflops: gflops / 10, memoryBytes })
  // Somebody wrote more cards into the profile of a program that knows which ones it has; or always has no time for them.
  const reason = kind === 'list liar' ? 'card' : 'paused'
  return modelledDesk({ clock, gflops, memoryBytes, refusal: () => reason })
}

async function hourOf(seed: string) {
  const world = new VirtualWorld({ seed, hasher: crypto })
  const prober = world.node()
  const addressOf = (kind: Kind) => `0x${KINDS.indexOf(kind).toString(16).padStart(40, '0')}` as Address
  const miners = KINDS.map((kind) => {
    const node = world.node()
    const now = () => node.clock.monotonicMs()
    const machine = machineOf(kind, new SeededRandom(`${seed}/${kind}`)) as Partial<ModelledCard> & {
      pausesAt?: (now: () => number) => boolean
      busyAt?: (now: () => number) => boolean
      loadAt?: (now: () => number) => number
    }
    const desk = modelledDesk({
      clock: node.clock,
      gflops: CLAIM.fp32Gflops,
      memoryBytes: CLAIM.memoryBytes,
      ...machine,
      refusal: () => (machine.pausesAt?.(now) ? 'paused' : machine.busyAt?.(now) ? 'busy' : undefined),
      share: () => machine.loadAt?.(now) ?? 1,
    })
    const desks = cardsOf(kind).map((_, card) => (card === 0 ? desk : otherDesk(kind, card, node.clock)))
    const dispatch: ProbeDesk = {
      admit: async (peer, ask, signal) => {
        if (desks.length > 1 && ask.header?.profile !== SEQUENCE) throw new Error('which profile?')
        return desks[ask.card]!.admit(peer, ask, signal)
      },
    }
    node.network.serve(probeProtocol, answerProbe(dispatch))
    return { kind, miner: addressOf(kind), peer: node.network.self, node }
  })
  const link = (kind: Kind, law: Parameters<VirtualWorld['setLink']>[2]) =>
    world.setLink(prober.network.self, miners.find((each) => each.kind === kind)!.peer, law)
  link('far', { latencyMs: 450, jitterMs: 150, bytesPerSecond: 40_000, lossRate: 0.01 })
  link('lossy', { latencyMs: 40, jitterMs: 40, bytesPerSecond: 250_000, lossRate: 0.05 })
  for (const { peer, node } of miners) await world.clock.until(prober.network.connect(peer, node.network.addresses()))
  const book = new ClaimBook(prober.clock)
  const probed: (ProbedMiner & { readonly atMs: number })[] = []
  const startedMs = world.clock.monotonicMs()
  const parts = new Prober({
    network: prober.network,
    clock: prober.clock,
    random: prober.random,
    hasher: crypto,
    perHour: PER_HOUR,
    book,
    miners: () => miners,
    profileOf: async (miner) => {
      const { kind } = miners.find((each) => each.miner === miner)!
      return { bytes: new Uint8Array(3), sequence: SEQUENCE, body: { gpus: cardsOf(kind) } } as unknown as Profile
    },
    onProbed: (each) => probed.push({ ...each, atMs: world.clock.monotonicMs() - startedMs }),
    onFailure: (error) => {
      throw error
    },
  })
  parts.start()
  await world.clock.advance(HOUR_MS)
  const standings = Object.fromEntries(KINDS.map((kind) => [kind, book.standingOf(addressOf(kind))])) as Record<
    Kind,
    string
  >
  await world.clock.until(parts[Symbol.asyncDispose]())
  const everAccused = KINDS.filter((kind) =>
    probed.some(({ miner, isConvicted }) => isConvicted && miner === addressOf(kind)),
  )
  return { standings, probed, book, everAccused, addressOf }
}

const SEEDS = Array.from({ length: Number(process.env.AITBC_TEST_SEEDS ?? 4) }, (_, i) => `liars ${i}`)

describe('probes of an hour', () => {
  it.each(SEEDS)(
    'find those who claim ten times what they have, and accuse nobody else (%s)',
    async (seed) => {
      const { standings, everAccused, probed, book, addressOf } = await hourOf(seed)
      expect(everAccused.toSorted(), JSON.stringify(standings)).toEqual(LIARS.toSorted())
      for (const kind of LIARS) {
        expect(standings[kind], kind).toBe('lying')
        const { evidence } = book.rows().find(({ miner }) => miner === addressOf(kind))!
        expect(evidence).toHaveLength(3)
        for (const { card, transcript } of evidence) expect(transcript.claim).toEqual(cardsOf(kind)[card!])
        const asked = kind === 'list liar' ? { refused: 'card' } : { seed: expect.any(String) }
        expect(evidence[0]).toMatchObject({ profile: '0x000000', transcript: asked })
      }
      // What it has is not held against it, and not for it either.
      for (const kind of ['list liar', 'slow cards liar'] as const)
        expect(
          book
            .rows()
            .find(({ miner }) => miner === addressOf(kind))!
            .evidence.every(({ card }) => card! > 0),
        ).toBe(true)
      expect(standings.honest).toBe('shown')
      expect(standings['two cards']).toBe('shown')
      expect(standings['shy liar']).toBe('unproven')
      // It was probed as often as its schedule allows, give or take what chance gives.
      expect(probed.length).toBeLessThanOrEqual(PER_HOUR * 2)
    },
    60_000,
  )

  it('are the same in two runs of one seed', async () => {
    const [first, second] = [await hourOf('twice'), await hourOf('twice')]
    expect(first.probed.length).toBeGreaterThan(10)
    expect(first.probed).toEqual(second.probed)
  }, 60_000)
})

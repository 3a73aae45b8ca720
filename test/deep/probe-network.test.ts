/** A lie in a signed profile, found over real libp2p by the engine that runs jobs: the prober's clock is moved, the work is real. */
import { describe, expect, it } from 'vitest'
import { createOnnxEngine } from '../../node/engines/onnx/onnx-engine.ts'
import { ClaimBook } from '../../node/market/claim-book.ts'
import { type ProbedMiner, Prober } from '../../node/market/prober.ts'
import { engineProbeDesk } from '../../node/measure/engine-probe-desk.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { APART_MS } from '../../protocols/rules/probing/claim-standing.ts'
import { answerProbe } from '../../protocols/wire/probe/probe-handler.ts'
import { probeProtocol } from '../../protocols/wire/probe/probe-protocol.ts'
import { openProfile, signProfile } from '../../protocols/wire/profile/profile.ts'
import { meshNode, star } from '../support/nodes/mesh-nodes.ts'
import { cast, crypto, domain } from '../support/statement-vectors/cast.ts'

const HOUR_MS = 3_600_000

/** Real but for the hours: five minutes pass between two probes, and the wait for the next one is short, as is the patience with a claim beyond all cards. */
class HurriedClock implements Clock {
  #aheadMs = 0
  nowMs = (): number => systemClock.nowMs() + this.#aheadMs
  monotonicMs = (): number => systemClock.monotonicMs()
  after = (delayMs: number, call: () => void) => systemClock.after(delayMs > 9_000 ? 1_500 : delayMs, call)
  pass(ms: number): void {
    this.#aheadMs += ms
  }
}

function profileOf(fp32Gflops: number) {
  const nowMs = systemClock.nowMs()
  const signed = signProfile(
    domain,
    cast.operator.signer,
    {
      region: 'eu-west',
      gpuClass: 'cpu',
      gpus: [{ fp32Gflops }],
      features: 0n,
      programVersion: '0.1.0',
      protocols: [{ name: 'probe', major: 1 }],
      roles: ['miner'],
    },
    { sequence: BigInt(nowMs), nowMs },
  )
  return openProfile(domain, signed.bytes, nowMs)
}

describe('a profile over a real network', () => {
  it.each([
    ['that claims far more than the machine does is found out', 50_000_000, 'lying'],
    ['that claims what any machine does is shown', 1, 'shown'],
  ])(
    '%s',
    async (_, gflops, standing) => {
      await using engine = await createOnnxEngine()
      await using miner = await meshNode()
      await using asker = await meshNode()
      await star([miner, asker])
      const desk = engineProbeDesk({
        seatFor: () => ({ engine }),
        limits: { memoryBytesMax: 2 ** 31, threads: 1, outputBytesMax: 2 ** 26 },
        clock: systemClock,
        hasher: crypto,
        fillBytesMax: 2 ** 33,
        secondsPerHour: 600,
        refusal: () => undefined,
        jobs: () => 0,
      })
      using _served = miner.network.serve(probeProtocol, answerProbe(desk))
      const clock = new HurriedClock()
      const book = new ClaimBook(clock)
      const profile = profileOf(gflops)
      const ended = Promise.withResolvers<void>()
      const probed: ProbedMiner[] = []
      await using prober = new Prober({
        network: asker.network,
        clock,
        random: systemRandom,
        hasher: crypto,
        perHour: 1,
        book,
        miners: () => [{ miner: profile.author, peer: miner.network.self }],
        profileOf: async () => profile,
        onProbed: (each) => {
          probed.push(each)
          clock.pass(each.outcome.kind === 'shown' ? HOUR_MS : APART_MS)
          if (probed.length === 3) ended.resolve()
        },
        onFailure: ended.reject,
      })
      prober.start()
      await ended.promise
      expect(book.standingOf(profile.author), JSON.stringify(probed.map(({ outcome }) => outcome))).toBe(standing)
      const [row] = book.rows()
      if (standing === 'lying')
        expect(row!.evidence[0]!.profile).toBe(`0x${Buffer.from(profile.bytes).toString('hex')}`)
      else expect(row).toMatchObject({ evidence: [], shown: { gflops: expect.any(Number) } })
    },
    120_000,
  )
})

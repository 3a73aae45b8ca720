import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../node/engines/engine.ts'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { engineProbeDesk, type ProbeDeskNeeds } from '../../../node/measure/engine-probe-desk.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { judgeProbe } from '../../../protocols/rules/probing/judge-probe.ts'
import { filledBytesOf, operationsOf, type ProbeSize } from '../../../protocols/rules/probing/probe-size.ts'
import { type ProbePlan, probeMiner } from '../../../protocols/wire/probe/probe-client.ts'
import { answerProbe, type ProbeDesk } from '../../../protocols/wire/probe/probe-handler.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'

const MINER = peerId('miner')
const size: ProbeSize = { side: 256, layers: 3, rounds: 12 }

describe('a probe answered by ONNX Runtime', () => {
  let engine: Engine

  beforeAll(async () => {
    engine = await createOnnxEngine()
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  const desk = (change: Partial<ProbeDeskNeeds> = {}): ProbeDesk =>
    engineProbeDesk({
      seatFor: () => ({ engine }),
      limits: { memoryBytesMax: 2 ** 31, threads: 2, outputBytesMax: 2 ** 26 },
      clock: systemClock,
      hasher: crypto,
      fillBytesMax: 2 ** 24,
      secondsPerHour: 60,
      refusal: () => undefined,
      jobs: () => 0,
      ...change,
    })
  const probe = (of: ProbeDesk, asked: ProbeSize = size, named: Partial<ProbePlan> = {}) =>
    probeMiner(
      { network: directNetwork(answerProbe(of)), clock: systemClock, random: systemRandom, hasher: crypto },
      MINER,
      () => ({ card: 0, size: asked, patienceMs: 20_000, ...named }),
    )

  it.each([
    [64, 1],
    [128, 64],
    [512, 9],
    [1_024, 2],
    [2_048, 1],
  ])('is right to the last bit, as the law computes it: side %i, %i layers', async (side, layers) => {
    const report = await probe(desk(), { side, layers, rounds: 2 })
    expect(report).toMatchObject({
      kind: 'ended',
      transcript: { engine: expect.stringMatching(/^onnxruntime\/.+\/cpu$/) },
    })
    expect(report).not.toHaveProperty('transcript.fault')
  })

  it('is the same in floats, as kernels without bytes take it', async () => {
    // Stands in for a card: the processor's kernels under the card's name, and so its way of handing over.
    const named = (given: string): Engine => ({
      ...engine,
      kernels: 'webgpu',
      async open(...of) {
        const session = await engine.open(...of)
        expect(session.inputs.map(({ type }) => type)).toEqual(['float32', 'float32'])
        return {
          inputs: session.inputs,
          outputs: session.outputs,
          state: 'ready',
          kernelClass: session.kernelClass.replace('/cpu/', `/${given}/`),
          run: session.run.bind(session),
          [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
        }
      },
    })
    const report = await probe(desk({ seatFor: () => ({ engine: named('webgpu') }) }))
    expect(report).toMatchObject({ kind: 'ended', transcript: { engine: expect.stringContaining('/webgpu') } })
    expect(report).not.toHaveProperty('transcript.fault')
    // What the engine left to the processor is no answer for the card.
    expect(await probe(desk({ seatFor: () => ({ engine: named('cpu') }) }))).toMatchObject({
      kind: 'refused',
      reason: 'engine',
    })
  })

  it('shows speed and memory by the time that the prober takes', async () => {
    const report = await probe(desk())
    if (report.kind !== 'ended') throw new Error(report.kind)
    const { timings } = report.transcript
    const gflops = operationsOf(size) / timings.workedMs / 1e6
    const outcome = judgeProbe(size, { fp32Gflops: gflops }, { ...timings, rttMs: 0, stalledMs: 0 })
    expect(outcome).toMatchObject({ kind: 'shown' })
    if (outcome.kind === 'shown') expect(outcome.heldBytes).toBeGreaterThan(filledBytesOf(size) / 2)
  })

  it('is refused while the owner or a paid job needs the machine, and given up in the middle when one comes', async () => {
    expect(await probe(desk({ refusal: () => 'paused' }))).toMatchObject({ kind: 'refused', reason: 'paused' })
    let asked = 0
    const comes = desk({ refusal: () => (++asked > 4 ? 'busy' : undefined) })
    expect(await probe(comes)).toMatchObject({ kind: 'refused', reason: 'busy' })
    expect(asked).toBe(5)
  })

  it('is refused where it would fill more memory than its owner lends', async () => {
    expect(await probe(desk({ fillBytesMax: filledBytesOf(size) - 1 }))).toMatchObject({
      kind: 'refused',
      reason: 'size',
    })
  })

  it('is refused when the hour of a prober is used up, and says when there is more', async () => {
    const lent = desk({ secondsPerHour: 0.2 })
    expect((await probe(lent)).kind).toBe('ended')
    const second = await probe(lent)
    expect(second).toMatchObject({ kind: 'refused', reason: 'budget' })
    if (second.kind === 'refused') expect(second.retryAfterMs).toBeGreaterThan(3_500_000)
  })

  it('hides no fault of this program behind a refusal, and gives the engine back after one', async () => {
    let isFaulty = true
    const faulty: Engine = {
      ...engine,
      open: (...of) => (isFaulty ? Promise.reject(new TypeError('x is undefined')) : engine.open(...of)),
    }
    const lent = desk({ seatFor: () => ({ engine: faulty }) })
    await expect(probe(lent)).rejects.toThrow(TypeError)
    isFaulty = false
    expect((await probe(lent)).kind).toBe('ended')
  })

  it('gives the engine back, so that the next one is answered', async () => {
    const lent = desk()
    const both = await Promise.all([probe(lent), probe(lent)])
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['ended', 'refused'])
    expect((await probe(lent)).kind).toBe('ended')
  })

  it('is of the card that is named, by the profile that it is from, and of one card at a time', async () => {
    let [opened, looks, pausesAt] = [0, 0, Number.POSITIVE_INFINITY]
    const counting: Engine = {
      ...engine,
      open(...of) {
        opened++
        return engine.open(...of)
      },
    }
    const several = desk({
      seatFor: ({ card, header }) => {
        if (header?.profile !== 7n) return 'profile'
        if (card > 1) return 'card'
        return { engine: counting, refusal: () => (card === 1 && ++looks >= pausesAt ? 'paused' : undefined) }
      },
    })
    const of = (card: number, profile = 7n) => probe(several, size, { card, profile })
    const both = await Promise.all([of(0), of(1)])
    expect(both.map((each) => (each.kind === 'refused' ? each.reason : each.kind))).toEqual(['ended', 'busy'])
    expect(await of(2)).toMatchObject({ kind: 'refused', reason: 'card' })
    expect(await of(0, 6n)).toMatchObject({ kind: 'refused', reason: 'profile' })
    expect(opened).toBe(1)
    // One card rests: it is not begun on, and ends where it had begun; the other one answers.
    for (const at of [1, 4]) {
      ;[looks, pausesAt] = [0, at]
      expect(await of(1)).toMatchObject({ kind: 'refused', reason: 'paused' })
      expect(looks).toBe(at)
    }
    expect(opened).toBe(2)
    expect((await of(0)).kind).toBe('ended')
  })

  it('convicts who shows another leaf than it committed to', async () => {
    const honest = desk()
    const lazy: ProbeDesk = {
      async admit(...of) {
        const work = await honest.admit(...of)
        if ('kind' in work) return work
        return {
          engine: work.engine,
          jobs: work.jobs,
          work: work.work.bind(work),
          recall: work.recall.bind(work),
          open: (leaf) => {
            const opened = work.open(leaf)
            return { ...opened, block: opened.block.map((each, i) => (i === 7 ? each ^ 1 : each)) }
          },
          [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
        }
      },
    }
    expect(await probe(lazy)).toMatchObject({
      kind: 'ended',
      transcript: { fault: expect.stringContaining('not what was committed to') },
    })
  })
})

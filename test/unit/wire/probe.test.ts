import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { probeMiner } from '../../../protocols/wire/probe/probe-client.ts'
import { answerProbe, type ProbeDesk } from '../../../protocols/wire/probe/probe-handler.ts'
import type { ProbeRequest, ProbeResponse } from '../../../protocols/wire/probe/probe-messages.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import { modelledDesk } from '../../support/virtual/modelled-card.ts'

const size = { side: 64, layers: 2, rounds: 5 }
const honest = (): ProbeDesk => modelledDesk({ clock: systemClock, gflops: 1_000, memoryBytes: 2 ** 30 })
type ProbeHandler = Handler<ProbeRequest, ProbeResponse>

const ask = (handler: ProbeHandler, plan: typeof size | undefined = size) =>
  probeMiner(
    { network: directNetwork(handler), clock: systemClock, random: systemRandom, hasher: crypto },
    peerId('miner'),
    () => (plan === undefined ? undefined : { card: 0, size: plan, patienceMs: 10_000 }),
  )

/** The honest answer, with some messages changed on their way. */
const changed = (change: (response: ProbeResponse) => ProbeResponse): ProbeHandler =>
  async function* (...call) {
    for await (const response of answerProbe(honest())(...call)) yield change(response)
  }

async function answersTo(...requests: readonly ProbeRequest[]): Promise<unknown> {
  const handler = answerProbe(honest())
  const more = (async function* () {
    yield* requests.slice(1)
  })()
  const context = { peer: peerId('prober'), signal: new AbortController().signal }
  const answers: ProbeResponse[] = []
  try {
    for await (const answer of handler(requests[0]!, more, context)) answers.push(answer)
    return answers
  } catch (error) {
    return error
  }
}

describe('a probe', () => {
  it('of an honest miner ends with what both sides know, and nothing against it', async () => {
    const report = await ask(answerProbe(honest()))
    if (report.kind !== 'ended') throw new Error(report.kind)
    expect(report.transcript).toMatchObject({ size, engine: 'modelled/1/none', jobs: 0 })
    expect(report.transcript.fault).toBeUndefined()
    expect(report.transcript.roots).toHaveLength(size.rounds)
    // A round of the smallest probe is one leaf.
    expect(report.transcript.opened).toEqual([0, 1, 2, 3, 4])
  })

  it('is not asked where the way tells nothing', async () => {
    const network = directNetwork(answerProbe(honest()))
    const needs = { network, clock: systemClock, random: systemRandom, hasher: crypto }
    const report = await probeMiner(needs, peerId('miner'), () => undefined)
    expect(report).toMatchObject({ kind: 'far', rttMs: expect.any(Number) })
    expect(network.calls[0]!.sent.map((request) => (request as ProbeRequest).kind)).toEqual(['echo', 'echo', 'echo'])
  })

  it('names the profile that its card is from where the plan says so, and else asks as ever', async () => {
    const asked = async (profile?: bigint) => {
      const network = directNetwork(answerProbe(honest()))
      const needs = { network, clock: systemClock, random: systemRandom, hasher: crypto }
      const plan = { card: 3, size, patienceMs: 10_000, ...(profile === undefined ? {} : { profile }) }
      await probeMiner(needs, peerId('miner'), () => plan)
      return network.calls[0]!.sent.find((request) => (request as ProbeRequest).kind === 'ask')
    }
    expect(await asked(7n)).toEqual({ kind: 'ask', card: 3, ...size, header: { profile: 7n } })
    expect(await asked()).toEqual({ kind: 'ask', card: 3, ...size })
  })

  it.each<[string, (response: ProbeResponse) => ProbeResponse]>([
    [
      'is not what was recalled',
      (response) => (response.kind === 'recalled' ? { kind: 'recalled', root: digestOf('another') } : response),
    ],
    [
      'is not what was committed to',
      (response) =>
        response.kind === 'worked' ? { kind: 'worked', roots: response.roots.map((byte) => byte ^ 1) } : response,
    ],
    [
      'has 64 bytes',
      (response) => (response.kind === 'opened' ? { ...response, block: response.block.subarray(0, 64) } : response),
    ],
  ])('convicts who shows a leaf that %s', async (fault, change) => {
    expect(await ask(changed(change))).toMatchObject({
      kind: 'ended',
      transcript: { fault: expect.stringContaining(fault) },
    })
  })

  it('convicts who did not compute, however well it commits and remembers', async () => {
    const idle = modelledDesk({ clock: systemClock, gflops: 1_000, memoryBytes: 2 ** 30, skips: true })
    expect(await ask(answerProbe(idle))).toMatchObject({
      transcript: { fault: expect.stringContaining('not computed') },
    })
  })

  it.each<[string, (response: ProbeResponse) => ProbeResponse]>([
    ['an echo of something else', (r) => (r.kind === 'echo' ? { kind: 'echo', nonce: new Uint8Array(8) } : r)],
    ['fewer roots than rounds', (r) => (r.kind === 'worked' ? { ...r, roots: r.roots.subarray(32) } : r)],
    ['leaves that nobody asked for', (r) => (r.kind === 'opened' ? { ...r, leaf: r.leaf + 1 } : r)],
    ['answers out of order', (r) => (r.kind === 'worked' ? { kind: 'recalled', root: digestOf('early') } : r)],
  ])('is broken off by %s', async (_, change) => {
    await expect(ask(changed(change))).rejects.toMatchObject({ code: 'MALFORMED' })
  })

  it.each<[string, readonly ProbeRequest[]]>([
    ['work before the echoes', [{ kind: 'ask', card: 0, ...size }]],
    ['a seed before the size', [...echoes(), { kind: 'start', seed: digestOf('seed') }]],
    ['a side that is no power of two', [...echoes(), { kind: 'ask', card: 0, ...size, side: 100 }]],
    ['no layer', [...echoes(), { kind: 'ask', card: 0, ...size, layers: 0 }]],
    ['a leaf that is not there', [...whole(), { kind: 'open', leaves: [5] }]],
    ['nothing more', whole()],
  ])('is refused as malformed for %s', async (_, requests) => {
    expect(await answersTo(...requests)).toMatchObject({ code: 'MALFORMED' })
  })
})

function echoes(): readonly ProbeRequest[] {
  return Array.from({ length: 3 }, () => ({ kind: 'echo', nonce: new Uint8Array(8) }) as const)
}

function whole(): readonly ProbeRequest[] {
  return [
    ...echoes(),
    { kind: 'ask', card: 0, ...size },
    { kind: 'start', seed: digestOf('seed') },
    { kind: 'recall', nonce: digestOf('nonce') },
  ]
}

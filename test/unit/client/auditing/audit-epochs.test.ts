import { describe, expect, it } from 'vitest'
import { AuditEpochs } from '../../../../node/client/auditing/audit-epochs.ts'
import { AuditsTold, type ToldOutcome } from '../../../../node/work/auditing/audits-told.ts'
import { PPM } from '../../../../protocols/rules/auditing/audit-share.ts'
import { answerAudit } from '../../../../protocols/wire/audit/audit-handler.ts'
import type { AuditRequest } from '../../../../protocols/wire/audit/audit-messages.ts'
import { SeededRandom } from '../../../../simulations/clock/seeded-random.ts'
import { VirtualClock } from '../../../../simulations/clock/virtual-clock.ts'
import { directNetwork } from '../../../support/nodes/direct-network.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { AuditedMarket, addressOf, peerOf } from '../../../support/virtual/audited-market.ts'

const HOUR_MS = 3_600_000

function listening() {
  const heard: ToldOutcome[] = []
  const told = new AuditsTold({
    hasher: crypto,
    isOurs: () => true,
    onTold: (outcome) => heard.push(outcome),
    onFalseSecret: () => {
      throw new Error('the secret is the one that was committed to')
    },
  })
  return { told, heard, network: directNetwork(answerAudit(told)) }
}

const kinds = (calls: readonly { readonly sent: readonly unknown[] }[]) =>
  calls.map(({ sent }) => sent.map((request) => (request as AuditRequest).kind))

describe('the epochs of audits', () => {
  it('commit to each miner once, and tell it afterwards what was drawn: fairly, by its own account', async () => {
    const { heard, told, network } = listening()
    const net = new AuditedMarket([{}, {}, {}], { share: 300_000, budgetShare: PPM, network })
    for (let i = 0; i < 40; i++) {
      net.epochs.works(addressOf(0), peerOf(0))
      await net.job(0)
    }
    await net.clock.advance(1_000)
    expect(kinds(network.calls)).toEqual([['commit']])
    await net.clock.advance(2 * HOUR_MS)
    expect(net.rows.length).toBeGreaterThan(3)
    expect(heard).toHaveLength(net.rows.length)
    expect(heard.every(({ isFair }) => isFair)).toBe(true)
    expect(told.tally).toMatchObject({ matched: net.rows.length, unfair: 0 })
    expect(kinds(network.calls.slice(1))).toEqual([['reveal', ...net.rows.map(() => 'outcome')]])
  })

  it('have another secret each, and none is told while receipts may still be drawn by it', async () => {
    const { network } = listening()
    const clock = new VirtualClock()
    const epochs = new AuditEpochs({
      ...{ network, clock, hasher: crypto, random: new SeededRandom('epochs') },
      epochs: { lengthMs: HOUR_MS, graceMs: 120_000 },
    })
    const startsInMs = HOUR_MS - (clock.nowMs() % HOUR_MS)
    await clock.advance(startsInMs)
    epochs.works(addressOf(0), peerOf(0))
    const first = epochs.draw()
    await clock.advance(HOUR_MS + 119_000)
    const { receipt } = { receipt: `0x${'11'.repeat(32)}` as const } as { receipt: never }
    expect(first.isDrawn(receipt, PPM)).toBe(true)
    expect(kinds(network.calls)).toEqual([['commit']])
    epochs.works(addressOf(0), peerOf(0))
    await clock.advance(2_000)
    expect(kinds(network.calls)).toEqual([['commit'], ['commit'], ['reveal']])
    // Whoever knows the secret could have made the receipt that it does not draw.
    expect(first.isDrawn(receipt, PPM)).toBe(false)
    const commitments = network.calls.flatMap(({ sent }) =>
      sent.flatMap((request) =>
        (request as AuditRequest).kind === 'commit' ? [(request as { commitment: string }).commitment] : [],
      ),
    )
    expect(new Set(commitments).size).toBe(2)
  })

  it('wait for audits that still run, and no longer than three times', async () => {
    const { network } = listening()
    const clock = new VirtualClock()
    const epochs = new AuditEpochs({
      ...{ network, clock, hasher: crypto, random: new SeededRandom('epochs') },
      epochs: { lengthMs: 1_000, graceMs: 100 },
    })
    epochs.works(addressOf(0), peerOf(0))
    epochs.draw().begin()
    await clock.advance(1_000 + 100 + 250)
    expect(kinds(network.calls)).toEqual([['commit']])
    await clock.advance(200)
    expect(kinds(network.calls)).toEqual([['commit'], ['reveal']])
  })

  it('tell all when they end, and trouble nobody with a miner that is not there', async () => {
    const { heard, network } = listening()
    const net = new AuditedMarket([{}, {}, {}], { share: PPM, network })
    net.epochs.works(addressOf(0), peerOf(0))
    for (let i = 0; i < 4; i++) await net.job(0)
    await net.clock.until(net.epochs[Symbol.asyncDispose]())
    expect(heard).toHaveLength(net.rows.length)
    const alone = new AuditedMarket([{}, {}], { share: PPM })
    alone.epochs.works(addressOf(0), peerOf(0))
    await alone.clock.until(alone.epochs[Symbol.asyncDispose]())
    expect(alone.failures).toEqual([])
  })
})

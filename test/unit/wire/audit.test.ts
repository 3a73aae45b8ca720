import { describe, expect, it } from 'vitest'
import { AuditsTold, type ToldOutcome } from '../../../node/work/auditing/audits-told.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { type Hash32, type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { commitmentTo, isDrawn } from '../../../protocols/rules/auditing/audit-draw.ts'
import { tellAudits, tellCommitment } from '../../../protocols/wire/audit/audit-client.ts'
import { answerAudit } from '../../../protocols/wire/audit/audit-handler.ts'
import type { AuditRequest, ToldAudit } from '../../../protocols/wire/audit/audit-messages.ts'
import { auditProtocol, OUTCOMES_MAX } from '../../../protocols/wire/audit/audit-protocol.ts'
import { CALLER, directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'

const hashOf = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
const secret = digestOf('secret')
const commitment = commitmentTo(crypto, 7, secret)
const miner = peerId('miner')

const receiptDrawn = (drawn: boolean, share = 500_000): Hash32 => {
  for (let i = 0; ; i++) if (isDrawn(crypto, secret, hashOf(`r${i}`), share) === drawn) return hashOf(`r${i}`)
}
const audit = (more: Partial<ToldAudit> = {}): ToldAudit => ({
  attempt: hashOf('attempt'),
  receipt: receiptDrawn(true),
  share: 500_000,
  outcome: 'matched',
  by: 'twin',
  ...more,
})

function audited() {
  const heard: ToldOutcome[] = []
  const liars: PeerId[] = []
  const desk = new AuditsTold({
    hasher: crypto,
    isOurs: ({ attempt }) => attempt === hashOf('attempt'),
    onTold: (outcome) => heard.push(outcome),
    onFalseSecret: (peer) => liars.push(peer),
  })
  return { desk, heard, liars, network: directNetwork(answerAudit(desk)) }
}

describe('a miner that is told of audits', () => {
  it('hears of those that were drawn, after the secret that its commitment binds', async () => {
    const { desk, heard, network } = audited()
    expect(await tellCommitment(network, miner, 7, commitment, {})).toBe('noted')
    const told = [
      audit(),
      audit({ outcome: 'mismatched', error: 300_000 }),
      audit({ outcome: 'inconclusive', why: 'no-twin' }),
    ]
    expect(await tellAudits(network, miner, 7, secret, told, {})).toEqual({
      secret: 'noted',
      audits: ['noted', 'noted', 'noted'],
    })
    expect(heard).toEqual(told.map((each) => ({ ...each, peer: CALLER, isFair: true })))
    expect(desk.tally).toEqual({ matched: 1, mismatched: 1, inconclusive: 1, unfair: 0, falseSecrets: 0 })
  })

  it('sees that a receipt was picked, where the secret does not draw it', async () => {
    const { desk, heard, network } = audited()
    await tellCommitment(network, miner, 7, commitment, {})
    const { audits } = await tellAudits(network, miner, 7, secret, [audit({ receipt: receiptDrawn(false) })], {})
    expect(audits).toEqual(['unfair'])
    expect(heard[0]).toMatchObject({ isFair: false })
    expect(desk.tally).toMatchObject({ matched: 1, unfair: 1 })
  })

  it('takes no other secret than the one that was committed to, and each only once', async () => {
    const { liars, network } = audited()
    expect((await tellAudits(network, miner, 7, secret, [], {})).secret).toBe('unknown')
    await tellCommitment(network, miner, 7, commitment, {})
    expect((await tellAudits(network, miner, 7, digestOf('another'), [audit()], {})).secret).toBe('false')
    expect(liars).toEqual([CALLER])
    expect((await tellAudits(network, miner, 7, secret, [audit()], {})).secret).toBe('noted')
    expect((await tellAudits(network, miner, 7, secret, [audit()], {})).secret).toBe('unknown')
  })

  it('takes one commitment an epoch', async () => {
    const { network } = audited()
    expect(await tellCommitment(network, miner, 7, commitment, {})).toBe('noted')
    expect(await tellCommitment(network, miner, 7, commitment, {})).toBe('noted')
    expect(await tellCommitment(network, miner, 7, commitmentTo(crypto, 7, digestOf('another')), {})).toBe('full')
    expect((await tellAudits(network, miner, 7, secret, [], {})).secret).toBe('noted')
  })

  it('hears nothing of receipts that are not its own', async () => {
    const { heard, network } = audited()
    await tellCommitment(network, miner, 7, commitment, {})
    const { audits } = await tellAudits(network, miner, 7, secret, [audit({ attempt: hashOf('of another') })], {})
    expect(audits).toEqual(['unknown'])
    expect(heard).toEqual([])
  })

  it('holds sixteen commitments of a peer, the newest, and 4,096 in all', () => {
    const { desk } = audited()
    for (let epoch = 0; epoch < 20; epoch++) desk.commit(CALLER, epoch, commitmentTo(crypto, epoch, secret))
    expect(desk.reveal(CALLER, 3, secret)).toBe('unknown')
    expect(desk.reveal(CALLER, 4, secret)).toMatchObject({ epoch: 4 })
    for (let i = 0; i < 5_000; i++) desk.commit(peerId(`peer ${i}`), 7, commitment)
    // One each: whoever has more has given way by now.
    expect(desk.commit(peerId('late'), 7, commitment)).toBe('full')
    expect(desk.reveal(peerId('peer 5'), 7, secret)).toMatchObject({ epoch: 7 })
    expect(desk.commit(peerId('late'), 7, commitment)).toBeUndefined()
  })

  it('takes one of a newcomer where few peers hold as many as they may', () => {
    const { desk } = audited()
    for (let epoch = 0; epoch < 16; epoch++)
      for (let i = 0; i < 256; i++) desk.commit(peerId(`greedy ${i}`), epoch, commitmentTo(crypto, epoch, secret))
    expect(desk.commit(peerId('greedy 0'), 16, commitmentTo(crypto, 16, secret))).toBeUndefined()
    for (let epoch = 0; epoch < 8; epoch++)
      expect(desk.commit(CALLER, epoch, commitmentTo(crypto, epoch, secret))).toBeUndefined()
    expect(desk.reveal(CALLER, 0, secret)).toMatchObject({ epoch: 0 })
  })

  it.each<[string, readonly AuditRequest[]]>([
    ['an outcome without a secret', [{ kind: 'outcome', ...audit() }]],
    [
      'a second secret',
      [
        { kind: 'reveal', epoch: 7, secret },
        { kind: 'reveal', epoch: 7, secret },
      ],
    ],
    [
      'a commitment behind a secret',
      [
        { kind: 'reveal', epoch: 7, secret },
        { kind: 'commit', epoch: 8, commitment },
      ],
    ],
  ])('refuses %s as malformed', async (_, requests) => {
    const { network } = audited()
    await tellCommitment(network, miner, 7, commitment, {})
    const call = async () => {
      const sent = (async function* () {
        yield* requests
      })()
      for await (const _response of network.call(miner, auditProtocol, sent)) void _response
    }
    await expect(call()).rejects.toMatchObject({ code: 'MALFORMED' })
  })
})

describe('a client that tells of audits', () => {
  it('tells no more in a call than one takes', async () => {
    const { network } = audited()
    await tellCommitment(network, miner, 7, commitment, {})
    const many = Array.from({ length: 300 }, () => audit())
    const { audits } = await tellAudits(network, miner, 7, secret, many, {})
    expect(audits).toHaveLength(OUTCOMES_MAX)
    expect(network.calls.at(-1)!.sent).toHaveLength(1 + OUTCOMES_MAX)
  })

  it('finds an answer that is none malformed', async () => {
    const network = directNetwork(async function* () {})
    await expect(tellCommitment(network, miner, 7, commitment, {})).rejects.toMatchObject({ code: 'MALFORMED' })
    await expect(tellAudits(network, miner, 7, secret, [], {})).rejects.toMatchObject({ code: 'MALFORMED' })
  })
})

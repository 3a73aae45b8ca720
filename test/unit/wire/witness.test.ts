import { describe, expect, test } from 'vitest'
import { WitnessBook } from '../../../node/market/witness-book.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { type Hash32, peerId } from '../../../protocols/kernel/ids.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { peerIdOfPublicKey } from '../../../protocols/statements/peer-id.ts'
import { signTimeStamp } from '../../../protocols/statements/service-level.ts'
import type { Signed } from '../../../protocols/statements/signed.ts'
import type { TimeStamp } from '../../../protocols/statements/struct-types.ts'
import { askWitness } from '../../../protocols/wire/witness/witness-client.ts'
import { answerWitness } from '../../../protocols/wire/witness/witness-handler.ts'
import type { WitnessRequest } from '../../../protocols/wire/witness/witness-protocol.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { cast, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const { signer } = cast.operator
const witness = peerIdOfPublicKey(signer.publicKey)
const digest = toHex(digestOf('seed')) as Hash32
type WitnessHandler = Handler<WitnessRequest, Signed<TimeStamp>>

const ask = (handler: WitnessHandler, of: Hash32 = digest) =>
  askWitness({ network: directNetwork(handler), domain }, witness, of)
const saying = (stamp: Signed<TimeStamp>): WitnessHandler =>
  async function* () {
    yield stamp
  }
async function codeOf(asked: Promise<unknown>): Promise<string> {
  const error = await asked.catch((caught: unknown) => caught)
  return isMeshError(error) ? error.code : String(error)
}

describe('who asks a witness', () => {
  test('is given its signed word, the same each time', async () => {
    const clock = new ManualClock()
    const handler = answerWitness(new WitnessBook({ domain, signer, clock }))
    const first = await ask(handler)
    expect(first.value).toEqual({ witness: signer.address, digest, atMs: BigInt(clock.nowMs()) })
    clock.advance(1_000)
    expect(await ask(handler)).toEqual(first)
  })

  test('believes neither the word of another, nor one of another digest, nor one that was not signed', async () => {
    const good = signTimeStamp(domain, signer, digest, 1)
    expect(await codeOf(ask(saying(good)))).not.toBe('WRONG_SIGNER')
    expect(await codeOf(ask(saying(signTimeStamp(domain, cast.stranger.signer, digest, 1))))).toBe('WRONG_SIGNER')
    const other = toHex(digestOf('another')) as Hash32
    expect(await codeOf(ask(saying(signTimeStamp(domain, signer, other, 1))))).toBe('WRONG_JOB')
    expect(await codeOf(ask(saying({ ...good, value: { ...good.value, atMs: 2n } })))).toBe('MALFORMED')
    expect(await codeOf(ask(saying({ ...good, publicKey: cast.stranger.signer.publicKey })))).toBe('WRONG_SIGNER')
  })

  test('is told where there is no answer', async () => {
    const silent: WitnessHandler = async function* () {}
    expect(await codeOf(ask(silent))).toBe('MALFORMED')
  })

  test('is asked for nothing by a peer that is no operator', async () => {
    const handler = answerWitness(new WitnessBook({ domain, signer, clock: new ManualClock() }))
    const asked = askWitness({ network: directNetwork(handler), domain }, peerId('12D3KooWstranger'), digest)
    expect(await codeOf(asked)).toBe('WRONG_SIGNER')
  })
})

import { describe, expect, test } from 'vitest'
import {
  DIGESTS_MAX,
  DIGESTS_OF_PEER_MAX,
  REMEMBERED_MS,
  SIGNATURES_PER_SECOND_MAX,
  WitnessBook,
} from '../../../node/market/witness-book.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { type Hash32, peerId } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { signatureFault } from '../../../protocols/statements/signed.ts'
import { timeStampType } from '../../../protocols/statements/struct-types.ts'
import { cast, digestOf, domain } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const hash = (name: string | number): Hash32 => toHex(digestOf(`digest ${name}`)) as Hash32
const client = peerId('client')
const miner = peerId('miner')
const witness = cast.operator.signer
/** Signing is real elsewhere here; thousands of signatures would only take time. */
const quick: Signer = { address: witness.address, publicKey: witness.publicKey, sign: () => new Uint8Array(64) }

function book(signer: Signer = witness) {
  const clock = new ManualClock()
  return { clock, book: new WitnessBook({ domain, signer, clock }) }
}

describe('a witness', () => {
  test('signs when it first heard of a digest, and says the same to whoever asks later', () => {
    const { clock, book: own } = book()
    const first = own.stamp(hash(1), client)
    expect(first.value).toEqual({ witness: witness.address, digest: hash(1), atMs: BigInt(Math.trunc(clock.nowMs())) })
    expect(signatureFault(domain, timeStampType, first)).toBeUndefined()
    clock.advance(250)
    expect(own.stamp(hash(1), miner)).toBe(first)
    expect(own.stamp(hash(2), miner).value.atMs - first.value.atMs).toBe(250n)
  })

  test('goes by the time that passed, also where its clock is set meanwhile', () => {
    const { clock, book: own } = book()
    const first = own.stamp(hash(1), client)
    clock.setWall(clock.nowMs() - 3_600_000)
    clock.advance(40)
    expect(own.stamp(hash(2), client).value.atMs - first.value.atMs).toBe(40n)
  })

  test('signs no more than its share of a core allows', () => {
    const { clock, book: own } = book(quick)
    for (let i = 0; i < SIGNATURES_PER_SECOND_MAX; i++) own.stamp(hash(i), client)
    expect(() => own.stamp(hash('more'), client)).toThrow(/too many at once/)
    // What it remembers costs nothing.
    expect(own.stamp(hash(0), client).value.digest).toBe(hash(0))
    clock.advance(10)
    expect(own.stamp(hash('more'), client).value.digest).toBe(hash('more'))
  })

  test('takes no digest of a peer that has filled its part of the book, and takes those of others', () => {
    const { clock, book: own } = book(quick)
    for (let i = 0; i < DIGESTS_OF_PEER_MAX; i++) {
      clock.advance(5)
      own.stamp(hash(i), client)
    }
    clock.advance(5)
    expect(() => own.stamp(hash('more'), client)).toThrow(/as many as it may/)
    expect(own.stamp(hash('more'), miner).value.digest).toBe(hash('more'))
  })

  test('forgets nothing to make room, and what is older than any job to go on', () => {
    const { clock, book: own } = book(quick)
    for (let i = 0; i < DIGESTS_MAX; i++) {
      clock.advance(5)
      own.stamp(hash(i), peerId(`peer ${i % 16}`))
    }
    clock.advance(5)
    expect(() => own.stamp(hash('more'), miner)).toThrow(/as many as it may/)
    clock.advance(REMEMBERED_MS)
    expect(own.stamp(hash('more'), miner).value.digest).toBe(hash('more'))
    expect(own.size).toBe(1)
  })
})

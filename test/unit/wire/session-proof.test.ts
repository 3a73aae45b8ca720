import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { peerId } from '../../../protocols/kernel/ids.ts'
import {
  type SessionProof,
  sessionProofFault,
  signSessionProof,
} from '../../../protocols/wire/payment/session-proof.ts'
import { cast, domain, otherChain, otherNetwork } from '../../support/statement-vectors/cast.ts'
import '../../support/property-seed.ts'

const NOW_MS = 1_790_000_000_000
const HOUR_MS = 3_600_000
const session = cast.session.signer
const named: SessionProof = { miner: cast.operator.signer.address, peer: peerId('12D3KooWClient') }
const expected = { ...named, session: session.address }
const proof = signSessionProof(domain, session, named, NOW_MS)

describe('a session key that speaks for a peer', () => {
  it('is believed by the miner it names, for the peer it names', () => {
    expect(sessionProofFault(domain, proof, expected, NOW_MS)).toBeUndefined()
  })

  it.each([
    ['another session key', { ...expected, session: cast.payer.signer.address }, 'another session key'],
    ['another miner', { ...expected, miner: cast.owner.signer.address }, 'another miner'],
    ['another peer', { ...expected, peer: peerId('12D3KooWThief') }, 'another peer'],
  ])('says nothing for %s', (_, other, fault) => {
    expect(sessionProofFault(domain, proof, other, NOW_MS)).toBe(fault)
  })

  it('is believed for an hour, and not before its time', () => {
    expect(sessionProofFault(domain, proof, expected, NOW_MS + HOUR_MS)).toBeUndefined()
    expect(sessionProofFault(domain, proof, expected, NOW_MS + HOUR_MS + 60_000)).toBe('expired')
    expect(sessionProofFault(domain, proof, expected, NOW_MS - 60_000)).toBe('issued ahead of time')
  })

  it('is worth nothing in another network or on another chain', () => {
    for (const elsewhere of [otherChain, otherNetwork]) {
      expect(sessionProofFault(elsewhere, proof, expected, NOW_MS)).toBe('false-signature')
    }
  })

  it('has no second spelling: whatever byte is changed, it is refused', () => {
    fc.assert(
      fc.property(fc.nat(proof.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = proof.slice()
        changed[at]! ^= change
        return sessionProofFault(domain, changed, expected, NOW_MS) !== undefined
      }),
    )
  })

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_024 }), (bytes) => {
        return sessionProofFault(domain, bytes, expected, NOW_MS) !== undefined
      }),
    )
  })
})

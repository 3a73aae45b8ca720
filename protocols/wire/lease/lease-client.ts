/** The asking side: what a miner says of its card, and whether what it signed is what was asked. */
import { toHex } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { Address, PeerId } from '../../kernel/ids.ts'
import type { Network } from '../../kernel/network.ts'
import type { CallOptions } from '../../kernel/protocol.ts'
import { openSigned, type Signed } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type Lease, leaseType } from '../../statements/struct-types.ts'
import type { LeaseRequest, LeaseResponse, ShownCard } from './lease-messages.ts'
import { leaseProtocol } from './lease-protocol.ts'
import { leaseOf, type ProposedLease } from './lease-terms.ts'

export interface ShownLeases {
  readonly paused: boolean
  readonly cards: readonly ShownCard[]
  /** Those that are not over. */
  readonly leases: readonly Signed<Lease>[]
}

/** @throws MeshError MALFORMED, WRONG_SIGNER; what Network.call throws */
export async function askLeases(
  network: Network,
  domain: SigningDomain,
  miner: { readonly peer: PeerId; readonly address: Address },
  options: CallOptions,
): Promise<ShownLeases> {
  let shown: Extract<LeaseResponse, { kind: 'shown' }> | undefined
  const leases: Signed<Lease>[] = []
  for await (const response of network.call(miner.peer, leaseProtocol, { kind: 'show' }, options)) {
    if (shown === undefined) {
      if (response.kind !== 'shown') throw garbled('its cards come first')
      shown = response
    } else {
      if (response.kind !== 'standing') throw garbled('behind its cards come leases')
      leases.push(openLease(domain, miner.address, response.lease))
    }
  }
  if (shown === undefined) throw garbled('no answer')
  return { paused: shown.paused, cards: shown.cards, leases }
}

/** @throws MeshError MALFORMED; what Network.call throws */
export async function askLease(
  network: Network,
  peer: PeerId,
  request: Exclude<LeaseRequest, { kind: 'show' }>,
  options: CallOptions,
): Promise<Exclude<LeaseResponse, { kind: 'shown' | 'standing' }>> {
  for await (const response of network.call(peer, leaseProtocol, request, options)) {
    if (response.kind === 'shown' || response.kind === 'standing') throw garbled(`${response.kind} was not asked`)
    return response
  }
  throw garbled('no answer')
}

/** A lease that a miner shows, signed by its key. @throws MeshError MALFORMED, WRONG_SIGNER */
export function openLease(domain: SigningDomain, operator: Address, bytes: Uint8Array): Signed<Lease> {
  const signed = opened(domain, bytes)
  if (signed.value.operator === operator) return signed
  throw new MeshError('WRONG_SIGNER', { given: signed.value.operator, expected: operator })
}

/** The lease that was proposed, to the letter. @throws MeshError MALFORMED, WRONG_SIGNER, WRONG_JOB */
export function openOwnLease(
  domain: SigningDomain,
  operator: Address,
  proposed: ProposedLease,
  bytes: Uint8Array,
): Signed<Lease> {
  const signed = openLease(domain, operator, bytes)
  const expected = toHex(domain.structHash(leaseType, leaseOf(domain, operator, proposed)))
  const given = toHex(domain.structHash(leaseType, signed.value))
  if (given === expected) return signed
  throw new MeshError('WRONG_JOB', { given, expected })
}

function opened(domain: SigningDomain, bytes: Uint8Array): Signed<Lease> {
  try {
    return openSigned(domain, leaseType, bytes)
  } catch (error) {
    if (error instanceof MalformedError) throw new MeshError('MALFORMED', { what: 'lease', why: error.what }, error)
    throw error
  }
}

const garbled = (why: string): MeshError => new MeshError('MALFORMED', { what: 'answer about leases', why })

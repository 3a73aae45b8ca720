/**
 * The offer heads that somebody heard, by operator and sequence: a second one of a sequence is a contradiction, whoever brings
 * it and whether or not it is news.
 */
import { AgeingMap } from '../../kernel/ageing-map.ts'
import { toHex } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import { decode } from '../../kernel/codec.ts'
import type { Address, Hash32 } from '../../kernel/ids.ts'
import { type Contradiction, contradictionFault } from '../../statements/contradiction.ts'
import { type Signed, signedCodec } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import { type OfferHead, offerHeadType } from '../../statements/struct-types.ts'
import type { Offer } from './offer.ts'
import { OFFER_BYTES_MAX } from './offer-body.ts'

/** Of one operator, the latest: at the pace at which others take its offers, two minutes of them. */
export const HEADS_OF_ONE_MAX = 16
/** 25 MB at the most; the offers of a directory are held once. */
export const HEADS_MAX = 32_768

interface Heard {
  readonly hash: Hash32
  /** As published, with a signature that was checked. */
  readonly bytes: Uint8Array
}

export class HeardHeads {
  readonly #domain: SigningDomain
  readonly #heads = new AgeingMap<string, Heard>()
  /** Sequences that are held of each operator, in the order in which they were heard. */
  readonly #sequences = new Map<Address, bigint[]>()

  constructor(domain: SigningDomain) {
    this.#domain = domain
  }

  get size(): number {
    return this.#heads.size
  }

  /** An offer of it is held. */
  hasHeard(operator: Address): boolean {
    return this.#sequences.has(operator)
  }

  /** @param offer its signature was checked */
  hear(offer: Pick<Offer, 'head' | 'hash' | 'bytes'>): Contradiction | undefined {
    const { operator, sequence } = offer.head
    const known = this.#heads.get(`${operator}/${sequence}`)
    if (known === undefined) {
      this.#keep(operator, sequence, { hash: offer.hash, bytes: offer.bytes })
      return undefined
    }
    return known.hash === offer.hash ? undefined : this.#contradiction(known.bytes, offer.bytes)
  }

  /**
   * The same question of bytes whose signature nobody checked, as those of an offer that is ignored: it is checked only where
   * another head of its sequence was heard. Remembers nothing.
   */
  holdAgainst(data: Uint8Array): Contradiction | undefined {
    const signed = headIn(data)
    if (signed === undefined) return undefined
    const { operator, sequence } = signed.value
    const known = this.#heads.get(`${operator}/${sequence}`)
    if (known === undefined || known.hash === toHex(this.#domain.structHash(offerHeadType, signed.value)))
      return undefined
    return this.#contradiction(known.bytes, data)
  }

  #contradiction(a: Uint8Array, b: Uint8Array): Contradiction | undefined {
    const [first, second] = [headIn(a), headIn(b)]
    if (first === undefined || second === undefined) return undefined
    const evidence = { kind: 'offer-heads', a: first, b: second } as const
    return contradictionFault(this.#domain, evidence) === undefined ? evidence : undefined
  }

  #keep(operator: Address, sequence: bigint, heard: Heard): void {
    if (this.#heads.size >= HEADS_MAX) this.#forgetOldest()
    const own = this.#sequences.get(operator) ?? []
    this.#sequences.set(operator, own)
    if (own.length >= HEADS_OF_ONE_MAX) this.#heads.delete(`${operator}/${own.shift()}`)
    own.push(sequence)
    this.#heads.set(`${operator}/${sequence}`, heard)
  }

  #forgetOldest(): void {
    const key = this.#heads.oldest()!
    this.#heads.delete(key)
    const [operator, sequence] = key.split('/') as [Address, string]
    const left = this.#sequences.get(operator)!.filter((held) => held !== BigInt(sequence))
    if (left.length === 0) this.#sequences.delete(operator)
    else this.#sequences.set(operator, left)
  }
}

/** Without its body, which no court asks for. */
function headIn(data: Uint8Array): Signed<OfferHead> | undefined {
  if (data.length > OFFER_BYTES_MAX) return undefined
  try {
    const { value, publicKey, signature } = decode(signedCodec(offerHeadType), data)
    return { value, publicKey, signature }
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

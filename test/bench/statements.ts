/**
 * What statements cost: hashing, signing and checking court structs with the crypto of Node and of browsers, beside ethers on
 * the same values in the same run. Every round measures all of them in turn, so that whatever else the machine does falls on
 * each; ratios are taken within a round.
 *
 *   node test/bench/statements.ts [--rounds 9] [--slice-ms 100]
 *
 * A KeyCert has two signatures, and both sides are asked for both. A Receipt is signed as a leaf of its batch in the mesh; here
 * it is signed alone, as the widest struct.
 */
import { parseArgs } from 'node:util'
import { version as ethersVersion, Signature, SigningKey, TypedDataEncoder, verifyTypedData } from 'ethers'
import { createBrowserCrypto } from '../../node/network/browser-crypto.ts'
import { BrowserSigner } from '../../node/network/browser-signer.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import type { Crypto, Signer } from '../../protocols/kernel/ports.ts'
import { keyCertFault, type SignedKeyCert, signKeyCert } from '../../protocols/statements/key-cert.ts'
import { type Signed, signatureFault, signStruct } from '../../protocols/statements/signed.ts'
import { type SigningDomain, signingDomain } from '../../protocols/statements/struct-hash.ts'
import type { SignedType, StructType } from '../../protocols/statements/struct-type.ts'
import {
  type KeyCert,
  keyCertType,
  type Receipt,
  receiptType,
  type Voucher,
  voucherType,
} from '../../protocols/statements/struct-types.ts'
import { ethersDomain, ethersTypes } from '../support/chain/ethers-encoding.ts'
import { cast, crypto as nodeCrypto, domain as nodeDomain } from '../support/statement-vectors/cast.ts'
import { bytesOf } from '../support/statement-vectors/read.ts'
import { type AnyType, samplesOf } from '../support/statement-vectors/samples.ts'
import { spread } from './support/distribution.ts'
import { countText, tell, tellMachine } from './support/figures.ts'

/** Different values in turn, so that nothing is measured that only the same value again would get. */
const VALUES = 64
/** Operations between two looks at the clock: less than a percent of the cheapest hash goes to the clock. */
const BETWEEN_LOOKS = 16
/** Wanted: checking in at most this share of ethers' time. A browser has no WASM curve and is shown against the same line. */
const VERIFY_SHARE_MAX = 1 / 5

const operations = ['struct hash', 'digest', 'sign', 'verify'] as const
type Operation = (typeof operations)[number]
/** One way to do them all; each takes the number of a value. */
type Bench = Readonly<Record<Operation, (i: number) => unknown>>
const sides = ['node', 'browser', 'ethers'] as const
type Side = (typeof sides)[number]

interface Party {
  readonly crypto: Crypto
  readonly domain: SigningDomain
  readonly signer: (secret: string) => Signer
}

const signedReceiptType: SignedType<Receipt> = { ...receiptType, signer: 'operator' }

function valuesOf<T>(type: StructType<T>, counter: keyof T & string): readonly T[] {
  const everyday = samplesOf(type as unknown as AnyType)[0]!.value
  return Array.from({ length: VALUES }, (_, i) => ({ ...everyday, [counter]: 1_900_000_000n + BigInt(i) }) as T)
}

/** Refuses to measure what does not do its work. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what} does not hold`)
}

function ourStruct<T>({ domain, signer: of }: Party, type: SignedType<T>, secret: string, values: readonly T[]): Bench {
  const signer = of(secret)
  const signed: readonly Signed<T>[] = values.map((value) => signStruct(domain, type, value, signer))
  return {
    'struct hash': (i) => domain.structHash(type, values[i]!),
    digest: (i) => domain.digest(type, values[i]!),
    sign: (i) => signStruct(domain, type, values[i]!, signer).signature,
    verify: (i) => must(signatureFault(domain, type, signed[i]!) === undefined, 'a true signature'),
  }
}

function ourKeyCert({ domain, signer: of }: Party, values: readonly KeyCert[]): Bench {
  const [owner, operator] = [of(cast.owner.secret), of(cast.operator.secret)]
  const signed: readonly SignedKeyCert[] = values.map((value) => signKeyCert(domain, value, owner, operator))
  return {
    'struct hash': (i) => domain.structHash(keyCertType, values[i]!),
    digest: (i) => domain.digest(keyCertType, values[i]!),
    sign: (i) => signKeyCert(domain, values[i]!, owner, operator).ownerSignature,
    verify: (i) => must(keyCertFault(domain, signed[i]!) === undefined, 'a true certificate'),
  }
}

/** The shortest way there is in ethers: one encoder per type, one key per signer, the signature as its own text. */
function theirs<T>(type: StructType<T>, secrets: readonly string[], values: readonly T[]): Bench {
  const [of, types] = [ethersDomain(nodeDomain), ethersTypes(type)]
  const records = values as readonly Record<string, unknown>[]
  const encoder = TypedDataEncoder.from(types)
  const keys = secrets.map((secret) => new SigningKey(secret))
  const digest = (i: number): string => TypedDataEncoder.hash(of, types, records[i]!)
  const signed = values.map((_, i) => keys.map((key) => key.sign(digest(i)).serialized))
  const addresses = secrets.map(
    (secret) => Object.values(cast).find((member) => member.secret === secret)!.signer.address,
  )
  return {
    'struct hash': (i) => encoder.hashStruct(type.name, records[i]!),
    digest,
    sign: (i) => {
      const hash = digest(i)
      return keys.map((key) => key.sign(hash))[0]
    },
    verify: (i) => {
      for (const [k, address] of addresses.entries()) {
        const recovered = verifyTypedData(of, types, records[i]!, signed[i]![k]!)
        must(recovered.toLowerCase() === address, 'a true signature in ethers')
      }
    },
  }
}

/** Bytes as text, ethers' signatures in their short form. */
function asText(result: unknown): unknown {
  if (result instanceof Uint8Array) return toHex(result)
  return result instanceof Signature ? result.compactSerialized : result
}

/** All sides give the same hashes and the same signatures, or there is nothing to compare. */
function mustAgree(name: string, bySide: Readonly<Record<Side, Bench>>): void {
  for (const operation of operations)
    for (let i = 0; i < VALUES; i++) {
      const [first, ...others] = sides.map((side) => asText(bySide[side][operation](i)))
      for (const other of others) must(other === first, `${name}: one ${operation} on all sides`)
    }
}

/** Microseconds of one operation, over `sliceMs`. */
function measure(run: (i: number) => unknown, sliceMs: number): number {
  const startedMs = performance.now()
  let done = 0
  let elapsedMs = 0
  while (elapsedMs < sliceMs) {
    for (let i = 0; i < BETWEEN_LOOKS; i++) run((done + i) % VALUES)
    done += BETWEEN_LOOKS
    elapsedMs = performance.now() - startedMs
  }
  return (elapsedMs * 1_000) / done
}

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, 'slice-ms': { type: 'string', default: '100' } },
})
const [rounds, sliceMs] = [Number(options.rounds), Number(options['slice-ms'])]
if (!(Number.isInteger(rounds) && rounds > 0 && sliceMs > 0)) throw new RangeError('rounds and slice-ms are above zero')

const browserCrypto = await createBrowserCrypto()
const party = (crypto: Crypto, signer: Party['signer']): Party => ({
  crypto,
  domain: signingDomain(nodeDomain.network, crypto),
  signer,
})
const ours = {
  node: party(nodeCrypto, (secret) => Object.values(cast).find((member) => member.secret === secret)!.signer),
  browser: party(browserCrypto, (secret) => new BrowserSigner(bytesOf(secret), browserCrypto)),
} as const

function struct<T>(type: SignedType<T>, secret: string, counter: keyof T & string): Readonly<Record<Side, Bench>> {
  const values = valuesOf(type, counter)
  return {
    node: ourStruct(ours.node, type, secret, values),
    browser: ourStruct(ours.browser, type, secret, values),
    ethers: theirs(type, [secret], values),
  }
}

const certificates = valuesOf<KeyCert>(keyCertType, 'notAfter')
const subjects: Readonly<Record<string, Readonly<Record<Side, Bench>>>> = {
  Voucher: struct<Voucher>(voucherType, cast.session.secret, 'cumulative'),
  Receipt: struct<Receipt>(signedReceiptType, cast.operator.secret, 'usage'),
  KeyCert: {
    node: ourKeyCert(ours.node, certificates),
    browser: ourKeyCert(ours.browser, certificates),
    ethers: theirs(keyCertType, [cast.owner.secret, cast.operator.secret], certificates),
  },
}

tellMachine(`ethers ${ethersVersion}`, `${rounds} rounds of ${sliceMs} ms each`)
for (const [name, bySide] of Object.entries(subjects)) mustAgree(name, bySide)

const key = (name: string, operation: Operation, side: Side): string => `${name} ${operation} ${side}`
const samples = new Map<string, number[]>()
// Round 0 is for the compiler, and is not counted.
for (let round = 0; round <= rounds; round++)
  for (const [name, bySide] of Object.entries(subjects))
    for (const operation of operations)
      for (let turn = 0; turn < sides.length; turn++) {
        const side = sides[(round + turn) % sides.length]!
        const us = measure(bySide[side][operation], sliceMs)
        if (round === 0) continue
        const list = samples.get(key(name, operation, side)) ?? []
        samples.set(key(name, operation, side), list)
        list.push(us)
      }

for (const name of Object.keys(subjects))
  for (const operation of operations)
    for (const side of ['node', 'browser'] as const) {
      const of = (which: Side): readonly number[] => samples.get(key(name, operation, which))!
      const ratio = spread(of(side).map((us, round) => us / of('ethers')[round]!)).median
      const perSecond = (which: Side): string => countText(1e6 / spread(of(which)).median)
      tell({
        asks: `${operation} a ${name}, by what a ${side} has`,
        found: `${perSecond(side)} a second`,
        baseline: `${perSecond('ethers')} a second by ethers`,
        // Of the time: below one is quicker.
        ratio,
        ...(operation === 'verify'
          ? {
              wanted: {
                value: Number(ratio.toFixed(3)),
                atMost: VERIFY_SHARE_MAX,
                unit: ' of the time',
                unreached: 'Browsers verify with @noble/curves, as ethers does; Node with libsecp256k1 as WebAssembly.',
              },
            }
          : {}),
      })
    }

import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { addressOfPeerId } from '../../../protocols/statements/peer-id.ts'
import {
  openProfile,
  PROFILE_TTL_MS,
  profileKey,
  profileSpace,
  signProfile,
} from '../../../protocols/wire/profile/profile.ts'
import { PROFILE_BYTES_MAX, type ProfileBody, profileBodyCodec } from '../../../protocols/wire/profile/profile-body.ts'
import vectors from '../../../protocols/wire/profile/vectors.json' with { type: 'json' }
import { certificate, largestRig, miner, NOW_MS } from '../../support/profile-vectors/body-vectors.ts'
import { PROFILE_VECTORS_PATH, profileVectors } from '../../support/profile-vectors/index.ts'
import type { RecordOutcome } from '../../support/profile-vectors/record-vectors.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { vectorsText } from '../../support/statement-vectors/index.ts'
import { toJson } from '../../support/statement-vectors/json.ts'
import { bytesOf } from '../../support/statement-vectors/read.ts'
import '../../support/property-seed.ts'

const HOUR_MS = 3_600_000
const author = cast.operator.signer
const space = profileSpace(domain)
const sign = (body: ProfileBody = miner, more: { sequence?: bigint; lifetimeMs?: number } = {}) =>
  signProfile(domain, author, body, { sequence: BigInt(NOW_MS), nowMs: NOW_MS, ...more })

describe('vectors.json', () => {
  test('is what the law gives for its fixed keys, byte for byte', async () => {
    expect(vectorsText(profileVectors()) === (await readFile(PROFILE_VECTORS_PATH, 'utf8'))).toBe(true)
  })
  test('holds more that must be refused than that must be accepted', () => {
    const { bodies, laterBodies, invalidBodies, records } = vectors
    expect(invalidBodies.length).toBeGreaterThan(bodies.length + laterBodies.length)
    const refused = records.filter(({ outcome }) => outcome !== 'opens' && outcome !== 'unread')
    expect(refused.length).toBeGreaterThan(records.length / 2)
  })
})

describe('the body of a profile', () => {
  test.each(vectors.bodies)('is the bytes of the vector: $name', ({ value, bytes }) => {
    const body = decode(profileBodyCodec, bytesOf(bytes))
    expect(toJson(body)).toEqual(value)
    expect(toHex(encode(profileBodyCodec, body))).toBe(bytes)
  })

  test.each(vectors.laterBodies)('of a later minor version is read as far as it is known: $name', (vector) => {
    expect(toJson(decode(profileBodyCodec, bytesOf(vector.bytes)))).toEqual(vector.value)
  })

  test.each(vectors.invalidBodies)('is $error: $name', ({ bytes, error }) => {
    const expected = error === 'unsupported' ? UnsupportedError : MalformedError
    expect(() => decode(profileBodyCodec, bytesOf(bytes))).toThrow(expected)
  })

  test('never says 0 for what is not known', () => {
    const unknown = { ...miner, gpus: [{ model: 'x', memoryBytes: 0 }] }
    expect(() => encode(profileBodyCodec, unknown)).toThrow(RangeError)
    expect(() => encode(profileBodyCodec, { ...miner, gpus: [{ model: '' }] })).toThrow(RangeError)
    expect(Object.keys(decode(profileBodyCodec, encode(profileBodyCodec, { ...miner, gpus: [{}] })).gpus[0]!)).toEqual(
      [],
    )
  })
})

const word = (max: number) => fc.stringMatching(new RegExp(`^[a-z0-9-]{1,${max}}$`))
const printable = (max: number) => fc.stringMatching(new RegExp(`^[ -~]{1,${max}}$`))
const known = { requiredKeys: [] as [] }
const arbitraryBody: fc.Arbitrary<ProfileBody> = fc.record(
  {
    certificate: fc.constant(certificate),
    region: word(24),
    gpuClass: word(24),
    gpus: fc.array(
      fc.record(
        {
          model: printable(40),
          platform: printable(12),
          memoryBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
          catalogueId: word(12),
          architecture: word(8),
          fp32Gflops: fc.integer({ min: 1, max: 1_000_000 }),
          fp16Gflops: fc.integer({ min: 1, max: 1_000_000 }),
          int8Gops: fc.integer({ min: 1, max: 1_000_000 }),
          memoryMBps: fc.integer({ min: 1, max: 10_000_000 }),
          edgeScore: fc.integer({ min: 0, max: 100 }),
        },
        known,
      ),
      { maxLength: 8 },
    ),
    features: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    programVersion: fc.stringMatching(/^[0-9A-Za-z.+-]{1,16}$/),
    protocols: fc.array(fc.record({ name: word(12), major: fc.integer({ min: 0, max: 0xffff }) }), { maxLength: 8 }),
    roles: fc.array(word(8), { maxLength: 4 }),
    paused: fc.constantFrom(0, 1),
    latencies: fc.array(fc.record({ region: word(8), latencyMs: fc.integer({ min: 1, max: 0xffff }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    upKbps: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    downKbps: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  },
  { requiredKeys: ['region', 'gpuClass', 'gpus', 'features', 'programVersion', 'protocols', 'roles'] },
)

describe('any profile', () => {
  test('comes back as it was signed, and is the only bytes for it', () => {
    fc.assert(
      fc.property(arbitraryBody, fc.integer({ min: 1, max: 48 * HOUR_MS }), (body, lifetimeMs) => {
        const signed = sign(body, { lifetimeMs })
        const opened = openProfile(domain, signed.bytes, NOW_MS)
        expect(opened).toEqual(signed)
        expect(opened.body).toEqual(body)
        expect(encode(profileBodyCodec, opened.body!)).toEqual(encode(profileBodyCodec, body))
      }),
    )
  })

  test('with one byte changed anywhere does not open', () => {
    const { bytes } = sign({ ...miner, certificate })
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.with(at, bytes[at]! ^ (1 << (at % 8)))
      expect(() => openProfile(domain, changed, NOW_MS), `byte ${at}`).toThrow()
    }
  })

  test('made of random bytes is refused as what it is: no bug of ours', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (bytes) => {
        try {
          openProfile(domain, bytes, NOW_MS)
          expect.unreachable()
        } catch (error) {
          expect(error instanceof MalformedError || isMeshError(error, 'OVERSIZE', 'MALFORMED')).toBe(true)
        }
      }),
    )
  })
})

/** What became of the bytes under this key. */
function outcomeOf(key: Uint8Array, bytes: Uint8Array, nowMs: number): RecordOutcome {
  try {
    return space.open(key, bytes, nowMs).body === undefined ? 'unread' : 'opens'
  } catch (error) {
    if (error instanceof MalformedError || isMeshError(error, 'MALFORMED')) return 'malformed'
    if (isMeshError(error, 'OVERSIZE')) return 'oversize'
    if (isMeshError(error, 'WRONG_SIGNER')) return 'wrong-signer'
    throw error
  }
}

describe('a record of the profile space', () => {
  test.each(vectors.records)('$outcome: $name', ({ key, bytes, nowMs, outcome }) => {
    expect(outcomeOf(fromHex(key)!, bytesOf(bytes), nowMs)).toBe(outcome)
  })

  test('that opens or is kept unread keeps the bytes as they came', () => {
    for (const { key, bytes, nowMs, outcome } of vectors.records)
      if (outcome === 'opens' || outcome === 'unread')
        expect(toHex(space.open(fromHex(key)!, bytesOf(bytes), nowMs).bytes)).toBe(bytes)
  })

  test('lies under the address that follows from the name of its peer', () => {
    const { author, peer } = sign()
    expect(addressOfPeerId(crypto, peer)).toBe(author)
    expect(space.keyOf(sign())).toEqual(profileKey(author))
    expect(toHex(profileKey(author))).toBe(author)
  })

  test('is newer by its sequence alone', () => {
    const [older, newer] = [sign(miner, { sequence: 1n, lifetimeMs: 2 * HOUR_MS }), sign(miner, { sequence: 2n })]
    expect([space.newer(newer, older), space.newer(older, newer), space.newer(older, older)]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('ends with its statement, or with its certificate where that is sooner', () => {
    expect(space.expiresAtMs(sign())).toBe(NOW_MS + PROFILE_TTL_MS)
    const endS = BigInt(NOW_MS / 1_000 + 60)
    const value = { ...certificate.value, notAfter: endS }
    const short = signKeyCert(domain, value, cast.owner.signer, author)
    expect(space.expiresAtMs(sign({ ...miner, certificate: short }))).toBe((Number(endS) + 1) * 1_000)
  })

  test('costs a forger more than its reader: only the author makes anybody check a certificate', () => {
    let verified = 0
    const counting = { ...domain, crypto: { ...crypto, verify: counted } }
    function counted(...parameters: Parameters<typeof crypto.verify>): boolean {
      verified++
      return crypto.verify(...parameters)
    }
    const { bytes } = sign({ ...miner, certificate })
    const open = (data: Uint8Array, of: Address): void => {
      verified = 0
      expect(() => openProfile(counting, data, NOW_MS, of)).toThrow()
    }
    open(bytes, cast.stranger.signer.address)
    expect(verified).toBe(0)
    open(bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1), author.address)
    expect(verified).toBe(1)
    verified = 0
    openProfile(counting, bytes, NOW_MS, author.address)
    expect(verified).toBe(3)
  })
})

describe('a node that signs its profile', () => {
  test('cannot make one that nobody would take', () => {
    const cards = (model: string) => ({
      ...miner,
      gpus: Array.from({ length: 16 }, () => ({ model, platform: 'p'.repeat(24) })),
    })
    expect(() => sign(cards('m'.repeat(65)))).toThrow(RangeError)
    expect(() =>
      sign({
        ...largestRig,
        ...cards('m'.repeat(64)),
        protocols: [...largestRig.protocols, ...largestRig.protocols, ...largestRig.protocols],
      }),
    ).toThrow(RangeError)
    expect(() => sign(miner, { lifetimeMs: 48 * HOUR_MS + 1 })).toThrow(RangeError)
    expect(sign(largestRig).bytes.length).toBeLessThanOrEqual(PROFILE_BYTES_MAX)
  })

  test('is told why its certificate does not fit', () => {
    const of = (body: ProfileBody, nowMs = NOW_MS, signer = author) =>
      signProfile(domain, signer, body, { sequence: 1n, nowMs })
    const certified = { ...miner, certificate }
    const refused = (why: string) => expect.objectContaining({ code: 'CERTIFICATE_INVALID', facts: { why } })
    expect(() => of(certified, NOW_MS, cast.stranger.signer)).toThrow(refused('certificate of another operator'))
    expect(() => of(certified, 1_800_000_001_000)).toThrow(refused('certificate out of its time'))
    const unsigned = { ...certificate, ownerSignature: certificate.operatorSignature }
    expect(() => of({ ...miner, certificate: unsigned })).toThrow(refused('false-owner-signature'))
  })
})

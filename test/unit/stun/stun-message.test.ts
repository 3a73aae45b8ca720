import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { concat, toHex } from '../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { answerStun } from '../../../protocols/stun/answer-stun.ts'
import {
  CHANGE_REQUEST,
  decodeStun,
  encodeStun,
  STUN_BYTES_MAX,
  type StunEndpoint,
  type StunMessage,
  type StunRequest,
} from '../../../protocols/stun/stun-message.ts'
import { bytesOf, SAMPLE_ID as ID, RFC_5769 } from '../../support/stun-samples.ts'
import '../../support/property-seed.ts'

const endpoints: fc.Arbitrary<StunEndpoint> = fc.record({
  ip: fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })),
  port: fc.integer({ min: 1, max: 65_535 }),
})
const ids = fc.uint8Array({ minLength: 12, maxLength: 12 })
const messages: fc.Arbitrary<StunMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    id: ids,
    changeIp: fc.boolean(),
    changePort: fc.boolean(),
    responsePort: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    unknown: fc.constant([]),
  }),
  fc.record({
    kind: fc.constant('response' as const),
    id: ids,
    mapped: endpoints,
    other: fc.option(endpoints, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('refusal' as const),
    id: ids,
    code: fc.integer({ min: 300, max: 699 }),
    unknown: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 8 }),
  }),
) as fc.Arbitrary<StunMessage>

const request = (more: Partial<StunRequest> = {}): StunRequest => ({
  kind: 'request',
  id: ID,
  changeIp: false,
  changePort: false,
  unknown: [],
  ...more,
})

describe('a STUN message', () => {
  it('of other people is read: the samples of RFC 5769', () => {
    expect(decodeStun(RFC_5769.request)).toEqual(request())
    expect(decodeStun(RFC_5769.ipv4)).toEqual({
      kind: 'response',
      id: ID,
      mapped: { ip: Uint8Array.of(192, 0, 2, 1), port: 32_853 },
    })
    expect(decodeStun(RFC_5769.ipv6)).toEqual({
      kind: 'response',
      id: ID,
      mapped: { ip: bytesOf('20010db8 12345678 00112233 44556677'), port: 32_853 },
    })
  })

  it('is read as it was written', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = encodeStun(message)
        expect(bytes.length).toBeLessThanOrEqual(STUN_BYTES_MAX)
        const whole = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined))
        expect(decodeStun(bytes)).toEqual(whole)
      }),
    )
  })

  it('shows no address in clear, which a router might change', () => {
    const bytes = encodeStun({ kind: 'response', id: ID, mapped: { ip: Uint8Array.of(192, 0, 2, 1), port: 32_853 } })
    expect(toHex(bytes)).not.toContain('c0000201')
    // What the mapping is under is RFC 5769's own, without its seals.
    expect(toHex(RFC_5769.ipv4)).toContain(toHex(bytes.subarray(20)).slice(2))
  })

  it('names what it asks that nobody here understands', () => {
    const attributes = bytesOf('7fff0003 61626300 802f0000 001a0004 00000000')
    const head = bytesOf(`0001 0014 2112a442 ${'00'.repeat(12)}`)
    expect(decodeStun(concat(head, attributes))).toMatchObject({ kind: 'request', unknown: [0x7fff, 0x001a] })
  })

  test.each([
    ['nothing', ''],
    ['a head that is cut off', '00010000 2112a442 b7e7a701 bc34d686 fa87df'],
    ['another cookie', `00010000 2112a443 ${'00'.repeat(12)}`],
    ['another length', `00010004 2112a442 ${'00'.repeat(12)}`],
    ['an uneven length', `00010001 2112a442 ${'00'.repeat(12)} 00`],
    ['another method', `00030000 2112a442 ${'00'.repeat(12)}`],
    ['an indication, which wants no answer', `00110000 2112a442 ${'00'.repeat(12)}`],
    ['an attribute that goes beyond the end', `00010004 2112a442 ${'00'.repeat(12)} 00060001`],
    ['an answer without an address', `01010000 2112a442 ${'00'.repeat(12)}`],
    ['an address of no family', `0101000c 2112a442 ${'00'.repeat(12)} 00200008 0003a147 e112a643`],
    ['a port 0 to answer to', `00010008 2112a442 ${'00'.repeat(12)} 00270002 00000000`],
    ['a refusal without a code', `01110000 2112a442 ${'00'.repeat(12)}`],
    ['a refusal of no class', `01110008 2112a442 ${'00'.repeat(12)} 00090004 00000163`],
    ['seventeen attributes', `00010044 2112a442 ${'00'.repeat(12)} ${'802f0000'.repeat(17)}`],
  ])('is none where it is %s', (_, text) => {
    expect(() => decodeStun(bytesOf(text))).toThrow(MalformedError)
  })

  it('is none where a bit before its fingerprint is another', () => {
    for (let at = 20; at < RFC_5769.ipv4.length - 8; at++) {
      const spoilt = RFC_5769.ipv4.slice()
      spoilt[at]! ^= 1
      expect(() => decodeStun(spoilt), String(at)).toThrow(MalformedError)
    }
  })

  it('is none where it is longer than a datagram that comes through whole', () => {
    const attribute = new Uint8Array(STUN_BYTES_MAX - 20)
    attribute.set([0x80, 0x2f, 0, 0])
    new DataView(attribute.buffer).setUint16(2, attribute.length - 4)
    const head = bytesOf(`0001 0210 2112a442 ${'00'.repeat(12)}`)
    expect(decodeStun(concat(head, attribute)).kind).toBe('request')
    expect(() => decodeStun(concat(head, attribute, new Uint8Array(4)))).toThrow(MalformedError)
  })
})

describe('a STUN server', () => {
  const source: StunEndpoint = { ip: Uint8Array.of(203, 0, 113, 9), port: 41_000 }
  const second: StunEndpoint = { ip: Uint8Array.of(198, 51, 100, 1), port: 3_479 }

  it('says where it saw the request come from, and where its other port is', () => {
    expect(answerStun(request(), source, 'first', second)).toEqual({
      message: { kind: 'response', id: ID, mapped: source, other: second },
      to: source,
      from: 'first',
    })
  })

  it('answers from its other port where that is asked for, and refuses where it has none', () => {
    expect(answerStun(request({ changePort: true }), source, 'first', second).from).toBe('second')
    expect(answerStun(request({ changePort: true }), source, 'second', second).from).toBe('first')
    const refusal = { kind: 'refusal', code: 420, unknown: [CHANGE_REQUEST] }
    expect(answerStun(request({ changePort: true }), source, 'first', undefined).message).toMatchObject(refusal)
    expect(answerStun(request({ changeIp: true }), source, 'first', second).message).toMatchObject(refusal)
  })

  it('answers to another port where that is asked for, and never to another machine', () => {
    fc.assert(
      fc.property(messages, endpoints, (message, from) => {
        if (message.kind !== 'request') return
        const { to } = answerStun(message, from, 'first', second)
        expect(to.ip).toEqual(from.ip)
      }),
    )
    expect(answerStun(request({ responsePort: 5_000 }), source, 'first', second).to.port).toBe(5_000)
  })

  it('sends less than four times what it was sent', () => {
    fc.assert(
      fc.property(endpoints, fc.boolean(), (from, isIpv6) => {
        const other = isIpv6 ? { ip: new Uint8Array(16), port: 1 } : second
        const { message } = answerStun(request(), from, 'first', other)
        expect(encodeStun(message).length).toBeLessThan(4 * encodeStun(request()).length)
      }),
    )
  })

  it('refuses, by name, what it does not understand', () => {
    expect(answerStun(request({ unknown: [0x7fff] }), source, 'first', second).message).toEqual({
      kind: 'refusal',
      id: ID,
      code: 420,
      unknown: [0x7fff],
    })
  })
})

import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { type ErrorCode, errorCatalogue } from '../../../protocols/kernel/error-catalogue.ts'
import { WIRE_FACTS_BYTES_MAX } from '../../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { decodeError, encodeError } from '../../../protocols/wire/session/session-error.ts'

describe('an error on the wire', () => {
  it.each(Object.keys(errorCatalogue) as ErrorCode[])('keeps its code: %s', (code) => {
    const { code: told } = decodeError(encodeError(new MeshError(code, { what: 'x' })))
    expect(told).toBe(code === 'BUG' ? 'ATTEMPT_ABORTED' : code)
  })

  it('tells facts that concern the caller, as text', () => {
    const told = decodeError(encodeError(new MeshError('LIMIT', { what: 'calls', max: 8 })))
    expect(told.facts).toEqual({ what: 'calls', max: '8' })
  })

  it.each([
    ['BUG', { what: 'key 0x1234' }],
    ['DISK_FULL', { file: '/home/somebody' }],
    ['CHAIN_UNREACHABLE', { url: 'https://user:secret@rpc' }],
  ] as const)("keeps this machine's own facts at home: %s", (code, facts) => {
    const bytes = new TextDecoder().decode(encodeError(new MeshError(code, facts)))
    for (const fact of Object.values(facts)) expect(bytes).not.toContain(fact)
  })

  it('is short, whatever its facts', () => {
    const facts = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`fact${i}`, 'é\n\u0000'.repeat(10_000)]))
    const bytes = encodeError(new MeshError('USAGE', facts))
    expect(bytes.length).toBeLessThanOrEqual(WIRE_FACTS_BYTES_MAX + 40)
    expect(Object.values(decodeError(bytes).facts)[0]).toMatch(/^\?+$/)
  })

  it.each([
    ['nothing', []],
    ['no number', [0x82, 0x61, 0x78, 0x80]],
    [
      'more facts than the law allows',
      [0x82, 0x01, 0x87, ...new Array<number[]>(7).fill([0x82, 0x61, 0x61, 0x61, 0x62]).flat()],
    ],
    ['bytes behind it', [0x82, 0x01, 0x80, 0x00]],
  ])('is malformed where it is %s', (_, bytes) => {
    expect(() => decodeError(Uint8Array.from(bytes))).toThrow(MalformedError)
  })

  it('of a number that this version does not know is a failure at the peer', () => {
    expect(decodeError(Uint8Array.of(0x82, 0x19, 0xff, 0xff, 0x80)).code).toBe('ATTEMPT_ABORTED')
  })
})

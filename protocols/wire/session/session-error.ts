/** How a failed call crosses the wire: a number of the error catalogue and its facts as short texts. */
import { array, type Codec, decode, encode, record, text, tuple, uint } from '../../kernel/codec.ts'
import { fromWire, WIRE_FACTS_BYTES_MAX, wireOf } from '../../kernel/error-projections.ts'
import type { Fault, MeshError } from '../../kernel/errors.ts'

const FACTS_MAX = 6
const NAME_BYTES_MAX = 24
const FACT_BYTES_MAX = 120

interface WireError {
  readonly wire: number
  readonly facts: readonly (readonly [name: string, fact: string])[]
}

export const wireErrorCodec: Codec<WireError> = record<WireError>({
  wire: uint(0xffff),
  facts: array(tuple<readonly [string, string]>(text(NAME_BYTES_MAX), text(FACT_BYTES_MAX)), FACTS_MAX),
})

/**
 * Faults whose facts the caller may see. Those of this machine, of its chain and of a bug hold paths, addresses and whatever
 * an exception said: only their number leaves.
 */
const TOLD: ReadonlySet<Fault> = new Set(['caller', 'remote', 'network'])

export function encodeError(error: MeshError): Uint8Array<ArrayBuffer> {
  return encode(wireErrorCodec, { wire: wireOf(error.code), facts: TOLD.has(error.fault) ? factsOf(error) : [] })
}

/** @throws MalformedError, UnsupportedError */
export function decodeError(payload: Uint8Array): MeshError {
  const { wire, facts } = decode(wireErrorCodec, payload)
  return fromWire(wire, Object.fromEntries(facts))
}

function factsOf({ facts }: MeshError): WireError['facts'] {
  const told: [string, string][] = []
  let left = WIRE_FACTS_BYTES_MAX
  for (const [name, fact] of Object.entries(facts)) {
    const row: [string, string] = [ascii(name, NAME_BYTES_MAX), ascii(String(fact), FACT_BYTES_MAX)]
    left -= row[0].length + row[1].length
    if (left < 0 || told.length === FACTS_MAX) break
    told.push(row)
  }
  return told
}

/** One byte per character, so that characters bound bytes; it is shown to people, who may live with a question mark. */
const ascii = (value: string, charsMax: number): string => value.replace(/[^\x20-\x7e]/g, '?').slice(0, charsMax)

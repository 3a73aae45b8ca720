/** ValueInfoProto: name, type and shape of an input or output. */

import { refuse } from './policy.ts'
import type { ScanLimits } from './scan-limits.ts'
import type { ScannedValue } from './scanned.ts'
import { EncodingFault, type WireReader, wire } from './wire-reader.ts'

/** The mesh's messages hold 16; more is refused with the tensor's name later. */
const RANK_MAX = 64

const kinds: Readonly<Record<number, string>> = {
  1: 'tensor',
  4: 'sequence',
  5: 'map',
  7: 'opaque value',
  8: 'sparse tensor',
  9: 'optional value',
}

/** @throws EncodingFault, MeshError MODEL_REFUSED */
export function scanValue(reader: WireReader, limits: ScanLimits): ScannedValue {
  limits.take(1)
  let name = ''
  let type: Omit<ScannedValue, 'name'> = { elementNumber: undefined, kind: 'value without a type', dims: undefined }
  while (reader.next()) {
    if (reader.field === 1) {
      reader.once(wire.bytes)
      name = limits.name(reader)
    } else if (reader.field === 2) {
      reader.once(wire.bytes)
      type = scanType(reader.inside(), limits)
    }
  }
  return { name, ...type }
}

function scanType(reader: WireReader, limits: ScanLimits): Omit<ScannedValue, 'name'> {
  let kind: string | undefined
  let tensor: WireReader | undefined
  while (reader.next()) {
    const found = kinds[reader.field]
    if (found === undefined) continue
    if (kind !== undefined) throw new EncodingFault('a value of two types')
    kind = found
    if (found === 'tensor') tensor = reader.inside()
  }
  if (tensor === undefined) return { elementNumber: undefined, kind: kind ?? 'value without a type', dims: undefined }
  let elementNumber = 0
  let dims: (number | string)[] | undefined
  while (tensor.next()) {
    if (tensor.field === 1) {
      tensor.once(wire.varint)
      elementNumber = tensor.int32
    } else if (tensor.field === 2) {
      tensor.once(wire.bytes)
      dims = scanShape(tensor.inside(), limits)
    }
  }
  return { elementNumber, kind: 'tensor', dims }
}

function scanShape(reader: WireReader, limits: ScanLimits): (number | string)[] {
  const dims: (number | string)[] = []
  while (reader.next()) {
    if (reader.field !== 1) continue
    if (dims.length >= RANK_MAX) refuse('shape', `a value has more than ${RANK_MAX} dimensions`)
    dims.push(scanDimension(reader.inside(), limits))
  }
  return dims
}

function scanDimension(reader: WireReader, limits: ScanLimits): number | string {
  let dim: number | string | undefined
  while (reader.next()) {
    if (reader.field !== 1 && reader.field !== 2) continue
    if (dim !== undefined) throw new EncodingFault('a dimension of two kinds')
    if (reader.field === 1) {
      reader.expect(wire.varint)
      dim = reader.value
    } else dim = limits.name(reader)
  }
  return dim ?? ''
}

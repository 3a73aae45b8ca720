/** GraphProto and what is in it. Graphs within graphs are put on a list instead of being followed: no stack grows with the file. */

import { refuse } from './policy.ts'
import type { ScanLimits } from './scan-limits.ts'
import { scanSparseTensor, scanTensor } from './scan-tensor.ts'
import { scanValue } from './scan-value.ts'
import type { ScannedAttribute, ScannedGraph, ScannedTensor } from './scanned.ts'
import { EncodingFault, eachVarint, type WireReader, wire } from './wire-reader.ts'

/** Of an attribute's list; a shape or a pad has no more. */
const NUMBERS_MAX = 64

export interface Pending {
  readonly graph: ScannedGraph
  readonly reader: WireReader
}

export const emptyGraph = (
  opsets: ReadonlyMap<string, number>,
  parent?: ScannedGraph,
  parentNode = 0,
): ScannedGraph => ({
  parent,
  parentNode,
  nesting: parent === undefined ? 0 : parent.nesting + 1,
  opsets,
  nodes: [],
  initialisers: [],
  inputs: [],
  outputs: [],
})

/** Scans graphs and all inside them; an outer one comes before those in it. @throws EncodingFault, MeshError MODEL_REFUSED */
export function scanGraphs(pending: Pending[], limits: ScanLimits): readonly ScannedGraph[] {
  const graphs: ScannedGraph[] = []
  // The list grows while it is walked: breadth first, as parents have to come first.
  for (const { graph, reader } of pending) {
    graphs.push(graph)
    while (reader.next()) scanGraphField(reader, graph, limits, pending)
  }
  return graphs
}

function scanGraphField(reader: WireReader, graph: ScannedGraph, limits: ScanLimits, pending: Pending[]): void {
  switch (reader.field) {
    case 1:
      scanNode(reader.inside(), graph, limits, pending)
      break
    case 5:
      graph.initialisers.push(scanTensor(reader.inside(), limits))
      break
    case 15:
      graph.initialisers.push(scanSparseTensor(reader.inside(), limits))
      break
    case 11:
      graph.inputs.push(scanValue(reader.inside(), limits))
      break
    case 12:
      graph.outputs.push(scanValue(reader.inside(), limits))
      break
    case 13:
    case 14:
    case 16:
      // Shapes of values in between, annotations, metadata: the runtime reads them, nothing is decided by them here.
      limits.take(1)
      break
  }
}

export function scanNode(reader: WireReader, graph: ScannedGraph, limits: ScanLimits, pending: Pending[]): void {
  limits.takeNode()
  const index = graph.nodes.length
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes: ScannedAttribute[] = []
  const graphs: ScannedGraph[] = []
  let [op, domain, overload] = ['', '', '']
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        limits.take(1)
        inputs.push(limits.name(reader))
        break
      case 2:
        limits.take(1)
        outputs.push(limits.name(reader))
        break
      case 4:
        reader.once(wire.bytes)
        op = limits.name(reader)
        break
      case 5: {
        limits.take(1)
        const { attribute, bodies } = scanAttribute(reader.inside(), limits)
        attributes.push(attribute)
        for (const body of bodies) {
          const inner = emptyGraph(graph.opsets, graph, index)
          if (inner.nesting > limits.policy.nestingMax)
            refuse('graph-nesting', `graphs lie more than ${limits.policy.nestingMax} deep in each other`)
          graphs.push(inner)
          pending.push({ graph: inner, reader: body })
        }
        break
      }
      case 7:
        reader.once(wire.bytes)
        domain = standardDomain(limits.name(reader))
        break
      case 8:
        reader.once(wire.bytes)
        overload = limits.name(reader)
        break
    }
  }
  if (inputs.length > limits.policy.nodeInputsMax)
    refuse('node-inputs', `${op} takes ${inputs.length} inputs, at most ${limits.policy.nodeInputsMax}`)
  graph.nodes.push({ op, domain, overload, inputs, outputs, attributes, graphs })
}

/** Two names of the domain of ONNX itself. */
export const standardDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain)

interface AttributeScan {
  readonly attribute: ScannedAttribute
  readonly bodies: readonly WireReader[]
}

export function scanAttribute(reader: WireReader, limits: ScanLimits): AttributeScan {
  let name = ''
  let tensor: ScannedTensor | undefined
  const numbers: number[] = []
  const bodies: WireReader[] = []
  const take = (value: number): void => {
    if (numbers.length < NUMBERS_MAX) numbers.push(value)
  }
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.once(wire.bytes)
        name = limits.name(reader)
        break
      case 2:
        reader.once(wire.fixed32)
        takeFloats(reader, take)
        break
      case 3:
        reader.once(wire.varint)
        take(reader.value)
        break
      case 5:
        reader.once(wire.bytes)
        tensor = scanTensor(reader.inside(), limits)
        break
      case 6:
        reader.once(wire.bytes)
        bodies.push(reader.inside())
        break
      case 7:
        takeFloats(reader, take)
        break
      case 8:
        eachVarint(reader, take)
        break
      case 10:
        scanTensor(reader.inside(), limits)
        break
      case 11:
        bodies.push(reader.inside())
        break
      case 22:
        reader.once(wire.bytes)
        tensor = scanSparseTensor(reader.inside(), limits)
        break
      case 23:
        scanSparseTensor(reader.inside(), limits)
        break
    }
  }
  if (tensor?.external !== undefined) refuse('external-data', `the attribute ${name} lies beside the file`)
  return { attribute: { name, numbers, ...(tensor === undefined ? {} : { tensor }) }, bodies }
}

function takeFloats(reader: WireReader, take: (value: number) => void): void {
  if (reader.wire !== wire.fixed32) reader.expect(wire.bytes)
  if (reader.length % 4 !== 0) throw new EncodingFault('a packed number is cut off')
  const view = new DataView(reader.bytes.buffer, reader.bytes.byteOffset + reader.from, reader.length)
  for (let at = 0; at < Math.min(view.byteLength, NUMBERS_MAX * 4); at += 4) take(view.getFloat32(at, true))
}

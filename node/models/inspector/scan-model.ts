/** ModelProto and FunctionProto: the file as a whole. */
import { refuse } from './policy.ts'
import { emptyGraph, type Pending, scanAttribute, scanGraphs, scanNode, standardDomain } from './scan-graph.ts'
import type { ScanLimits } from './scan-limits.ts'
import { functionKey, type ScannedFunction, type ScannedGraph, type ScannedModel } from './scanned.ts'
import { EncodingFault, WireReader, wire } from './wire-reader.ts'

/** @throws EncodingFault, MeshError MODEL_REFUSED */
export function scanModel(bytes: Uint8Array, limits: ScanLimits): ScannedModel {
  const reader = new WireReader(bytes)
  let irVersion = 0
  const opsets = new Map<string, number>()
  let graphs: readonly ScannedGraph[] | undefined
  const functions = new Map<string, ScannedFunction>()
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.once(wire.varint)
        irVersion = reader.value
        break
      case 7:
        reader.once(wire.bytes)
        graphs = scanGraphs([{ graph: emptyGraph(opsets), reader: reader.inside() }], limits)
        break
      case 8:
        scanOpset(reader.inside(), limits, opsets)
        break
      case 14:
      case 20:
      case 26:
        // Metadata, what training adds, devices: nothing of it runs.
        limits.take(1)
        break
      case 25: {
        const found = scanFunction(reader.inside(), limits)
        if (functions.has(found.key)) refuse('function', `${found.domain}:${found.name} is defined twice`)
        functions.set(found.key, found)
        break
      }
    }
  }
  if (graphs === undefined) throw new EncodingFault('it has no graph')
  return { irVersion, graph: graphs[0]!, graphs, functions }
}

function scanOpset(reader: WireReader, limits: ScanLimits, opsets: Map<string, number>): void {
  limits.take(1)
  let domain = ''
  let version = 0
  while (reader.next()) {
    if (reader.field === 1) {
      reader.once(wire.bytes)
      domain = standardDomain(limits.name(reader))
    } else if (reader.field === 2) {
      reader.once(wire.varint)
      version = reader.value
    }
  }
  const known = opsets.get(domain)
  if (known !== undefined && known !== version)
    refuse('opset', `the domain "${domain}" has the versions ${known} and ${version}`)
  opsets.set(domain, version)
}

function scanFunction(reader: WireReader, limits: ScanLimits): ScannedFunction {
  limits.take(1)
  let [domain, name, overload] = ['', '', '']
  const opsets = new Map<string, number>()
  const graph = emptyGraph(opsets)
  const pending: Pending[] = []
  const parameter = () => ({ name: limits.name(reader), elementNumber: undefined, kind: 'parameter', dims: undefined })
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.once(wire.bytes)
        name = limits.name(reader)
        break
      case 4:
        limits.take(1)
        graph.inputs.push(parameter())
        break
      case 5:
        limits.take(1)
        graph.outputs.push(parameter())
        break
      case 6:
      case 12:
      case 14:
        limits.take(1)
        break
      case 7:
        scanNode(reader.inside(), graph, limits, pending)
        break
      case 9:
        scanOpset(reader.inside(), limits, opsets)
        break
      case 10:
        reader.once(wire.bytes)
        domain = standardDomain(limits.name(reader))
        break
      case 11: {
        limits.take(1)
        const { attribute, bodies } = scanAttribute(reader.inside(), limits)
        if (bodies.length > 0) refuse('function', `the default of ${attribute.name} is a graph`)
        break
      }
      case 13:
        reader.once(wire.bytes)
        overload = limits.name(reader)
        break
    }
  }
  const graphs = [graph, ...scanGraphs(pending, limits)]
  return { key: functionKey(domain, name, overload), domain, name, graph, graphs }
}

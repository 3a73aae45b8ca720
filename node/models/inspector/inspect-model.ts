/**
 * Judges a model from a stranger before any engine sees it. Bounded whatever the file claims: what is held in memory is counted
 * (item-count), the time is linear in the file's length, no stack grows with it.
 */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { Precision } from '../../engines/kernel-class.ts'
import { checkExternalData, type LookBeside } from './external-data.ts'
import { hasIndependentRows } from './independent-rows.ts'
import { checkLoops } from './loops.ts'
import { Names } from './names.ts'
import { calledBy, checkOperators, checkVersions, expandedNodes, inCallOrder } from './operators.ts'
import { defaultPolicy, type InspectionPolicy, refuse } from './policy.ts'
import { ScanLimits } from './scan-limits.ts'
import { scanModel } from './scan-model.ts'
import type { ExternalReference, ScannedFunction, ScannedGraph, ScannedModel } from './scanned.ts'
import { checkSizes } from './sizes.ts'
import { tensorSpecs } from './tensor-specs.ts'
import { weigh } from './weights.ts'
import { EncodingFault } from './wire-reader.ts'

export interface ModelReport {
  /** What a job gives: all inputs that no constant stands for. */
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** In memory, those beside the file included. */
  readonly weightsBytes: number
  readonly precision: Precision
  /** By the graph, rows of the batch axis do not depend on each other (independent-rows.ts). */
  readonly independentRows: boolean
  /** Version of ONNX's own operators. */
  readonly opset: number
  readonly irVersion: number
  /** Of all graphs, local functions counted at each call. */
  readonly nodeCount: number
  /** Files beside the model that it needs, relative to its folder. */
  readonly externalFiles: readonly string[]
}

export interface InspectedFile {
  readonly bytes: Uint8Array
  /** For messages only. */
  readonly path: string
  /** Where weights may lie beside it; without, a model that has such is refused. */
  readonly look?: LookBeside
}

/**
 * @example const report = await inspectModel({ bytes: await readFile(path), path, look: besideModel(path) })
 * @throws MeshError MODEL_FILE where the bytes are no ONNX model, MODEL_REFUSED {rule, why} where it breaks a rule
 */
export async function inspectModel(
  file: InspectedFile,
  policy: InspectionPolicy = defaultPolicy,
): Promise<ModelReport> {
  const { report, external } = inspectBytes(file, policy)
  return { ...report, externalFiles: await checkExternalData(external, file.look ?? (async () => undefined)) }
}

interface Inspected {
  readonly report: Omit<ModelReport, 'externalFiles'>
  readonly external: readonly ExternalReference[]
}

function inspectBytes({ bytes, path }: InspectedFile, policy: InspectionPolicy): Inspected {
  if (bytes.length > policy.fileBytesMax)
    refuse('file-size', `it has ${bytes.length} bytes, at most ${policy.fileBytesMax}`)
  try {
    return judge(scanModel(bytes, new ScanLimits(policy)), policy)
  } catch (error) {
    if (error instanceof EncodingFault)
      throw new MeshError('MODEL_FILE', { path, why: `it is no whole ONNX file (${error.message})` }, error)
    throw error
  }
}

function judge(model: ScannedModel, policy: InspectionPolicy): Inspected {
  checkVersions(model)
  const { functions, graph, graphs } = model
  const specs = tensorSpecs(graph)
  const names = new Names()
  /** What a call of each function stands for; callees come before callers. */
  const depthIn = new Map<ScannedFunction, number>()
  const nodesIn = new Map<ScannedFunction, number>()
  const roundsIn = new Map<ScannedFunction, number>()
  const judgeGraphs = (several: readonly ScannedGraph[]): { nodes: number; rounds: number } => {
    const nodes = expandedNodes(several, (node) => nodesIn.get(calledBy(node, functions)!) ?? 1, policy)
    for (const each of several) {
      checkOperators(each, functions)
      names.add(each, policy, (node) => depthIn.get(calledBy(node, functions)!) ?? 1)
      checkSizes(each, names, policy)
    }
    return { nodes, rounds: checkLoops(several, names, policy, functions, roundsIn) }
  }
  for (const called of inCallOrder(functions)) {
    const { nodes, rounds } = judgeGraphs(called.graphs)
    nodesIn.set(called, nodes)
    roundsIn.set(called, rounds)
    depthIn.set(called, Math.min(nodes, policy.depthMax))
  }
  const { nodes: nodeCount } = judgeGraphs(graphs)
  const everything = [...graphs, ...[...functions.values()].flatMap((each) => each.graphs)]
  const { bytes: weightsBytes, precision } = weigh(everything, policy)
  const external = everything.flatMap((each) => each.initialisers.flatMap((tensor) => tensor.external ?? []))
  const opset = graph.opsets.get('')!
  const independentRows = hasIndependentRows(model)
  const report = { ...specs, weightsBytes, precision, independentRows, opset, irVersion: model.irVersion, nodeCount }
  return { report, external }
}

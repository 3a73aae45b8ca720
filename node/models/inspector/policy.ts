/** What a model from a stranger may ask for. Every limit is a rule's; the rules are named in refusals. */
import { MeshError } from '../../../protocols/kernel/errors.ts'

export const ruleNames = [
  'file-size',
  'ir-version',
  'opset',
  'item-count',
  'node-count',
  'node-inputs',
  'graph-depth',
  'graph-nesting',
  'name',
  'duplicate-name',
  'undefined-name',
  'operator-domain',
  'operator',
  'element-type',
  'tensor-count',
  'shape',
  'initialiser-size',
  'weights-size',
  'external-data',
  'constant-shape',
  'loop',
  'function',
] as const
export type RuleName = (typeof ruleNames)[number]

/** Names in a model are a stranger's text, and may be as long as a page. */
const WHY_CHARS_MAX = 240
const UNPRINTABLE = /[^\x20-\x7e]/g

/** @throws MeshError MODEL_REFUSED */
export function refuse(rule: RuleName, why: string): never {
  const plain = why.replace(UNPRINTABLE, '?')
  const short = plain.length > WHY_CHARS_MAX ? `${plain.slice(0, WHY_CHARS_MAX)}...` : plain
  throw new MeshError('MODEL_REFUSED', { rule, why: short })
}

export interface InspectionPolicy {
  readonly fileBytesMax: number
  /** Weights inside and beside the file, as they lie in memory. */
  readonly weightsBytesMax: number
  /** Nodes' inputs, outputs and attributes, values and constants, all together: what the inspection itself holds in memory. */
  readonly itemsMax: number
  /** Of all graphs, local functions counted at each call. */
  readonly nodesMax: number
  readonly nodeInputsMax: number
  /** Nodes one after the other. */
  readonly depthMax: number
  /** Graphs within graphs. */
  readonly nestingMax: number
  readonly nameBytesMax: number
  /** Of one value whose shape constants decide. */
  readonly elementsMax: number
  /** Rounds of a loop, those of the loops around it counted in. */
  readonly loopRoundsMax: number
  /** Whether a loop may run as often as its input or its own result says. */
  readonly unboundedLoops: boolean
}

export const defaultPolicy: InspectionPolicy = {
  // No reader of protobuf takes more; larger models keep their weights beside the file.
  fileBytesMax: 2 ** 31 - 1,
  // What fits the largest memory of a desktop.
  weightsBytesMax: 64 * 2 ** 30,
  // A hundred bytes each, held for the time of the inspection.
  itemsMax: 1_000_000,
  // Models of 100 layers have below 10 000. The runtime's time to load grows with the square where nodes share values.
  nodesMax: 50_000,
  // Concatenations in real models have below 300; at 100 000 the runtime needs minutes to load.
  nodeInputsMax: 2_048,
  depthMax: 20_000,
  // The runtime's parser ends at 33.
  nestingMax: 16,
  nameBytesMax: 4_096,
  // 1 GiB of float32.
  elementsMax: 2 ** 28,
  loopRoundsMax: 100_000,
  unboundedLoops: false,
}

/** What onnxruntime 1.30 knows; it refuses newer ones itself, after it has read the whole file. */
export const runtimeKnows = {
  irVersionMin: 3,
  irVersionMax: 13,
  /** Newest operator set by domain. Domains that are not here are custom operators: code that this node does not have. */
  opsetMax: new Map([
    ['', 26],
    ['ai.onnx.ml', 5],
    ['com.microsoft', 1],
  ]) as ReadonlyMap<string, number>,
}

/** Operators of known domains that run code or open files of their own. */
export const refusedOperators: ReadonlySet<string> = new Set([
  'com.microsoft:EPContext',
  'com.microsoft:PythonOp',
  'com.microsoft:PythonOpGrad',
  'com.microsoft:ATen',
  'com.microsoft:ExternalGradient',
])

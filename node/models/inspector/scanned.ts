/** A model as the inspection sees it: names, shapes and sizes, no weights. Names are bytes as characters (wire-reader.ts). */
import type { ElementType } from './element-types.ts'

export interface ExternalReference {
  readonly tensor: string
  readonly location: string
  readonly offset: number
  /** Bytes that the tensor needs from there. */
  readonly bytes: number
}

export interface ScannedTensor {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly elements: number
  /** In memory. */
  readonly bytes: number
  /** The elements where they are few and numbers: shapes, counts, factors. */
  readonly values?: readonly number[]
  readonly external?: ExternalReference
}

export interface ScannedAttribute {
  readonly name: string
  /** One number, several (the first few), or a text. */
  readonly numbers?: readonly number[]
  readonly tensor?: ScannedTensor
}

export interface ScannedNode {
  readonly op: string
  /** '' for the operators of ONNX itself. */
  readonly domain: string
  readonly overload: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: readonly ScannedAttribute[]
  readonly graphs: readonly ScannedGraph[]
}

/** A graph's own input or output, before it is known to be one that the mesh can carry. */
export interface ScannedValue {
  readonly name: string
  /** `undefined` where it is no tensor; `kind` says what it is. */
  readonly elementNumber: number | undefined
  readonly kind: string
  /** `undefined` where the model does not say how many there are. */
  readonly dims: readonly (number | string)[] | undefined
}

export interface ScannedGraph {
  readonly parent: ScannedGraph | undefined
  /** Index of the node of the parent that holds this graph. */
  readonly parentNode: number
  readonly nesting: number
  /** Versions of the operator sets that its nodes mean: the model's, or those of the local function that it is in. */
  readonly opsets: ReadonlyMap<string, number>
  readonly nodes: ScannedNode[]
  readonly initialisers: ScannedTensor[]
  readonly inputs: ScannedValue[]
  readonly outputs: ScannedValue[]
}

export interface ScannedFunction {
  readonly key: string
  readonly domain: string
  readonly name: string
  /** Its nodes, and its parameters as inputs and outputs. */
  readonly graph: ScannedGraph
  /** That graph and all inside it, an outer one before those in it. */
  readonly graphs: readonly ScannedGraph[]
}

export interface ScannedModel {
  readonly irVersion: number
  readonly graph: ScannedGraph
  /** That graph and all inside it, an outer one before those in it. */
  readonly graphs: readonly ScannedGraph[]
  readonly functions: ReadonlyMap<string, ScannedFunction>
}

/** How a function is called: domain, name and overload. */
export const functionKey = (domain: string, name: string, overload: string): string => `${domain}\n${name}\n${overload}`

/** Name of a node for a refusal: its operator, and the value that it makes. */
export const nodeText = (node: ScannedNode): string => `${node.op} (${node.outputs[0] ?? 'no output'})`

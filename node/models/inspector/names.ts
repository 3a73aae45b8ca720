/** Who defines each name, and whether it does before it is used. */
import { type InspectionPolicy, refuse } from './policy.ts'
import { nodeText, type ScannedGraph, type ScannedNode, type ScannedTensor } from './scanned.ts'

/** Numbers that are known before the model runs, or the size of something that was handed to it. */
export type Constant = { readonly kind: 'numbers'; readonly values: readonly number[] } | { readonly kind: 'dimension' }

/** A name of a graph. What is known of its value is filled in by sizes.ts, in the order of the nodes. */
export interface Definition {
  /** Of the node that makes it; -1 for inputs and constants, which are there from the start. */
  readonly index: number
  /** Nodes one after the other until it is there. */
  readonly depth: number
  readonly tensor?: ScannedTensor
  constant?: Constant
  /** As many as there are for certain, counting unknown ones as one. */
  elements: number
}

export class Names {
  readonly #definitions = new Map<ScannedGraph, Map<string, Definition>>()

  /**
   * The definition that a node of `graph` sees under `name`: its own graph's if that stands before it, else that of a graph
   * around it.
   */
  find(graph: ScannedGraph, name: string, index: number): Definition | undefined {
    let before = index
    for (let scope: ScannedGraph | undefined = graph; scope !== undefined; scope = scope.parent) {
      const found = this.#definitions.get(scope)?.get(name)
      if (found !== undefined && found.index < before) return found
      before = scope.parentNode
    }
    return undefined
  }

  /** What `graph` itself defines. */
  of(graph: ScannedGraph, name: string): Definition | undefined {
    return this.#definitions.get(graph)?.get(name)
  }

  /**
   * Takes up a graph; those around it come first. `depthOf` says how many nodes one node stands for.
   * @throws MeshError MODEL_REFUSED for names that are defined twice, later than they are used, or never
   */
  add(graph: ScannedGraph, policy: InspectionPolicy, depthOf: (node: ScannedNode) => number): void {
    const own = new Map<string, Definition>()
    this.#definitions.set(graph, own)
    for (const { name, dims } of graph.inputs) {
      if (own.has(name)) refuse('duplicate-name', `the input ${name} is given twice`)
      own.set(name, { index: -1, depth: 0, elements: fixedElements(dims) })
    }
    const constants = new Set<string>()
    for (const tensor of graph.initialisers) {
      if (constants.has(tensor.name)) refuse('duplicate-name', `the constant ${tensor.name} is given twice`)
      constants.add(tensor.name)
      const { elements, values } = tensor
      // An input of the same name may replace it: its values are no constant then.
      const constant = values !== undefined && !own.has(tensor.name) ? { kind: 'numbers' as const, values } : undefined
      own.set(tensor.name, { index: -1, depth: 0, tensor, elements, ...(constant === undefined ? {} : { constant }) })
    }
    for (let index = 0; index < graph.nodes.length; index++) {
      const node = graph.nodes[index]!
      let depth = 0
      for (const name of node.inputs) {
        if (name === '') continue
        const found = this.find(graph, name, index)
        if (found === undefined)
          refuse('undefined-name', `${nodeText(node)} takes ${name}, which nothing before it makes`)
        if (found.depth > depth) depth = found.depth
      }
      depth += depthOf(node)
      if (depth > policy.depthMax)
        refuse('graph-depth', `more than ${policy.depthMax} nodes follow one after the other`)
      for (const name of node.outputs) {
        if (name === '') continue
        if (own.has(name)) refuse('duplicate-name', `${nodeText(node)} makes ${name}, which is there already`)
        own.set(name, { index, depth, elements: 1 })
      }
    }
    for (const { name } of graph.outputs)
      if (this.find(graph, name, graph.nodes.length) === undefined)
        refuse('undefined-name', `nothing makes the output ${name}`)
  }
}

function fixedElements(dims: readonly (number | string)[] | undefined): number {
  let elements = 1
  for (const dim of dims ?? []) if (typeof dim === 'number' && dim >= 0) elements *= dim
  return elements
}

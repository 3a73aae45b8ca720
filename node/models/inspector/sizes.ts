/**
 * How large values must become by constants alone: a file of a hundred bytes can ask for a terabyte. What inputs ask for is the
 * engine's memory limit to stop; this is about what is certain before anything runs, so it never refuses by guessing high.
 */
import { constantOf } from './constants.ts'
import type { Names } from './names.ts'
import { sizeOf } from './operator-sizes.ts'
import { type InspectionPolicy, refuse } from './policy.ts'
import { nodeText, type ScannedGraph } from './scanned.ts'

/**
 * Fills in what is known of the values of `graph`, in the order of its nodes; graphs around it come first.
 * @throws MeshError MODEL_REFUSED
 */
export function checkSizes(graph: ScannedGraph, names: Names, policy: InspectionPolicy): void {
  for (let index = 0; index < graph.nodes.length; index++) {
    const node = graph.nodes[index]!
    const inputs = node.inputs.map((name) => (name === '' ? undefined : names.find(graph, name, index)))
    const made = node.outputs[0] === undefined ? undefined : names.of(graph, node.outputs[0])
    const elements = sizeOf(node, inputs)
    if (elements > policy.elementsMax)
      refuse('constant-shape', `${nodeText(node)} makes ${elements} elements, at most ${policy.elementsMax}`)
    if (made === undefined) continue
    made.elements = elements
    const constant = constantOf(
      node,
      inputs.map((input) => input?.constant),
    )
    if (constant !== undefined) made.constant = constant
  }
}

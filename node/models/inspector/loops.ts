/** How often loops go round: a loop without a bound is a job without an end, and nothing in the file says how long it takes. */
import type { Names } from './names.ts'
import { calledBy } from './operators.ts'
import { type InspectionPolicy, refuse } from './policy.ts'
import { nodeText, type ScannedFunction, type ScannedGraph, type ScannedNode } from './scanned.ts'

/** Operators that repeat a graph, with the input that says how often. */
const counts: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ':Loop': 0,
    'com.microsoft:BeamSearch': 1,
    'com.microsoft:WhisperBeamSearch': 1,
    'com.microsoft:GreedySearch': 1,
    'com.microsoft:Sampling': 1,
  }),
)

const inputOf = (node: ScannedNode): number | undefined => counts.get(`${node.domain}:${node.op}`)

/**
 * Rounds of the innermost loop, all loops around it multiplied. Scan and SequenceMap go round once per element of an input.
 * @param roundsIn of a local function's body, for the functions that are called
 * @throws MeshError MODEL_REFUSED
 */
export function checkLoops(
  graphs: readonly ScannedGraph[],
  names: Names,
  policy: InspectionPolicy,
  functions: ReadonlyMap<string, ScannedFunction>,
  roundsIn: ReadonlyMap<ScannedFunction, number>,
): number {
  const rounds = new Map<ScannedGraph, number>()
  let most = 1
  for (const graph of graphs) {
    const around = rounds.get(graph) ?? 1
    for (let index = 0; index < graph.nodes.length; index++) {
      const node = graph.nodes[index]!
      const called = calledBy(node, functions)
      if (called === undefined && node.graphs.length === 0 && inputOf(node) === undefined) continue
      const own = called === undefined ? roundsOf(node, graph, index, names, policy) : (roundsIn.get(called) ?? 1)
      const all = around * own
      // Written so that what is no number is refused too.
      if (!(all <= policy.loopRoundsMax))
        refuse('loop', `${nodeText(node)} goes round ${all} times, at most ${policy.loopRoundsMax}`)
      for (const body of node.graphs) rounds.set(body, all)
      if (all > most) most = all
    }
  }
  return most
}

function roundsOf(
  node: ScannedNode,
  graph: ScannedGraph,
  index: number,
  names: Names,
  policy: InspectionPolicy,
): number {
  const input = inputOf(node)
  if (input === undefined) return 1
  const name = node.inputs[input] ?? ''
  const constant = name === '' ? undefined : names.find(graph, name, index)?.constant
  if (constant?.kind === 'numbers' && constant.values[0] !== undefined) return Math.max(1, constant.values[0])
  // As often as an input of the job is long: its sender decides, and pays for it.
  if (constant?.kind === 'dimension' || policy.unboundedLoops) return 1
  return refuse('loop', `nothing in the model bounds how often ${nodeText(node)} goes round`)
}

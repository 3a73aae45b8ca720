/** Which operators a model may name, in which versions, and what its local functions may do. */
import { type InspectionPolicy, refuse, refusedOperators, runtimeKnows } from './policy.ts'
import {
  functionKey,
  nodeText,
  type ScannedFunction,
  type ScannedGraph,
  type ScannedModel,
  type ScannedNode,
} from './scanned.ts'

/** @throws MeshError MODEL_REFUSED */
export function checkVersions(model: ScannedModel): void {
  const { irVersionMin, irVersionMax } = runtimeKnows
  if (model.irVersion < irVersionMin || model.irVersion > irVersionMax)
    refuse('ir-version', `it is of IR version ${model.irVersion}; ${irVersionMin} to ${irVersionMax} are known`)
  checkOpsets(model.graph.opsets)
  if (!model.graph.opsets.has('')) refuse('opset', 'it does not say which version of the operators it means')
  for (const { graph } of model.functions.values()) checkOpsets(graph.opsets)
}

/** Domains that are only imported do no harm; whether one is used is for {@link checkOperators}. */
function checkOpsets(opsets: ReadonlyMap<string, number>): void {
  for (const [domain, version] of opsets) {
    const newest = runtimeKnows.opsetMax.get(domain)
    if (newest !== undefined && (version < 1 || version > newest))
      refuse('opset', `it means version ${version} of the operators "${domain}"; 1 to ${newest} are known`)
  }
}

/** @throws MeshError MODEL_REFUSED */
export function checkOperators(graph: ScannedGraph, functions: ReadonlyMap<string, ScannedFunction>): void {
  for (const node of graph.nodes) {
    if (functions.has(keyOf(node))) continue
    const { domain, op } = node
    if (!runtimeKnows.opsetMax.has(domain))
      refuse('operator-domain', `${nodeText(node)} is of the domain ${domain}, which is not known here`)
    if (!graph.opsets.has(domain))
      refuse('opset', `${nodeText(node)} is of the domain "${domain}", which has no version`)
    if (refusedOperators.has(`${domain}:${op}`)) refuse('operator', `${op} opens files or runs code of its own`)
  }
}

const keyOf = (node: ScannedNode): string => functionKey(node.domain, node.op, node.overload)

/** The local function that a node calls. */
export const calledBy = (
  node: ScannedNode,
  functions: ReadonlyMap<string, ScannedFunction>,
): ScannedFunction | undefined => (functions.size === 0 ? undefined : functions.get(keyOf(node)))

/**
 * The local functions, each after those that it calls, so that what a call costs is known when it is met.
 * @throws MeshError MODEL_REFUSED where functions call themselves, or replace operators of the runtime
 */
export function inCallOrder(functions: ReadonlyMap<string, ScannedFunction>): readonly ScannedFunction[] {
  const ordered: ScannedFunction[] = []
  const state = new Map<ScannedFunction, 'entered' | 'done'>()
  for (const start of functions.values()) {
    if (runtimeKnows.opsetMax.has(start.domain))
      refuse('function', `${start.domain}:${start.name} replaces an operator`)
    const stack = [start]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (state.get(top) === undefined) {
        state.set(top, 'entered')
        for (const callee of calleesOf(top, functions)) {
          if (state.get(callee) === 'entered') refuse('function', `${callee.domain}:${callee.name} calls itself`)
          if (state.get(callee) === undefined) stack.push(callee)
        }
        continue
      }
      stack.pop()
      if (state.get(top) === 'entered') {
        state.set(top, 'done')
        ordered.push(top)
      }
    }
  }
  return ordered
}

function calleesOf(caller: ScannedFunction, functions: ReadonlyMap<string, ScannedFunction>): Set<ScannedFunction> {
  const callees = new Set<ScannedFunction>()
  for (const { nodes } of caller.graphs) {
    for (const node of nodes) {
      const callee = calledBy(node, functions)
      if (callee !== undefined) callees.add(callee)
    }
  }
  return callees
}

/** Nodes of all `graphs`, a call counted as what it calls. @throws MeshError MODEL_REFUSED */
export function expandedNodes(
  graphs: readonly ScannedGraph[],
  nodesOf: (node: ScannedNode) => number,
  policy: InspectionPolicy,
): number {
  let count = 0
  for (const { nodes } of graphs) for (const node of nodes) count += nodesOf(node)
  if (count > policy.nodesMax)
    refuse('node-count', `it has ${count} nodes, calls of local functions counted in; at most ${policy.nodesMax}`)
  return count
}

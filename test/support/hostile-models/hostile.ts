/** What the lists of hostile models are made of. */
import type { InspectionPolicy, RuleName } from '../../../node/models/inspector/policy.ts'
import { type ModelProto, serialiseModel, type TensorProto } from '../../../node/models/onnx-format/index.ts'
import { fileOf, model, node, value } from '../engines/onnx-models.ts'

/** A model that breaks one rule: what it does, its bytes, and words that the refusal has to say. */
export interface Hostile {
  readonly rule: RuleName
  readonly does: string
  readonly bytes: () => Uint8Array
  readonly why: RegExp
  readonly policy?: Partial<InspectionPolicy>
}

export function hostile(
  rule: RuleName,
  does: string,
  bytes: () => Uint8Array,
  why: RegExp,
  policy?: Partial<InspectionPolicy>,
): Hostile {
  return { rule, does, bytes, why, ...(policy === undefined ? {} : { policy }) }
}

type Node = ReturnType<typeof node>

export const io = { input: [value('x', 'float32', [2])], output: [value('y', 'float32', [2])] }
/** What makes the output of every model here. */
export const relu: Node = node('Relu', ['x'], ['y'])

/** A model that does `nodes` before it does its work. */
export const after = (...nodes: readonly Node[]): Uint8Array => fileOf({ ...io, node: [...nodes, relu] })

export const withConstants = (initializer: readonly TensorProto[], ...nodes: readonly Node[]): Uint8Array =>
  fileOf({ ...io, initializer: [...initializer], node: [...nodes, relu] })

/** A sound model, spoilt. */
export function spoilt(spoil: (made: ModelProto) => void): Uint8Array {
  const made = model({ ...io, node: [relu] })
  spoil(made)
  return serialiseModel(made)
}

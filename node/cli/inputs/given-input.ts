/** Which input one `--input` is for, and what it is. */
import type { TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { ShippedModel } from '../../models/shipped/index.ts'

export interface GivenInput {
  /** A path, `-`, or a text. */
  readonly value: string
  readonly spec?: TensorSpec
  /** True where the person wrote `name=`. */
  readonly isNamed: boolean
}

/**
 * `name=value` where the model has an input of that name; else all of it is the value, of the model's only input or of the one
 * that its preparation makes. A path or a text may have a `=` of its own.
 */
export function parseGiven(given: string, specs: readonly TensorSpec[], shipped: ShippedModel | undefined): GivenInput {
  const named = specs
    .filter(({ name }) => given.startsWith(`${name}=`))
    .reduce<TensorSpec | undefined>(
      (longest, spec) => (spec.name.length > (longest?.name.length ?? -1) ? spec : longest),
      undefined,
    )
  if (named !== undefined) return { value: given.slice(named.name.length + 1), spec: named, isNamed: true }
  const spec = specs.length === 1 ? specs[0] : specs.find(({ name }) => name === shipped?.manifest.preprocess.input)
  return spec === undefined ? { value: given, isNamed: false } : { value: given, spec, isNamed: false }
}

/** The name before a `=`, as somebody writes who has the name wrong. */
export const nameBefore = (given: string): string | undefined => /^([\w.:-]+)=/.exec(given)?.[1]

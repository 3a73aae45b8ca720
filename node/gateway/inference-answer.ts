/** The answer to a request of the Open Inference Protocol, as JSON or with the bytes of tensors behind it. */
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { datatypeOf } from '../tensors/datatypes.ts'
import { elementPieces } from '../tensors/element-pieces.ts'
import { JSON_BESIDE_BINARY_ELEMENTS_MAX } from './gateway-limits.ts'
import type { InferenceRequest } from './inference-request.ts'
import { misunderstood } from './json-fields.ts'

export interface AnswerHead {
  readonly model: string
  readonly version: string
  readonly id: string | undefined
}

export interface PlannedOutput {
  readonly tensor: Tensor
  readonly count: number
  readonly isBinary: boolean
}

/** The names that the model has are known before it runs: nobody pays for an output that does not exist. @throws MeshError HTTP_REQUEST */
export function checkRequestedOutputs({ outputs }: InferenceRequest, names: readonly string[]): void {
  const unknown = outputs?.find(({ name }) => !names.includes(name))
  if (unknown === undefined) return
  throw misunderstood(`the model has no output ${unknown.name}; it has ${names.join(', ')}`)
}

/**
 * Which outputs go in which form, in the order of the request.
 * @param count elements of a tensor, after a look at its bytes
 * @throws MeshError HTTP_REQUEST, and what `count` throws
 */
export function planOutputs(
  request: InferenceRequest,
  outputs: readonly Tensor[],
  count: (tensor: Tensor) => number,
): readonly PlannedOutput[] {
  checkRequestedOutputs(
    request,
    outputs.map(({ name }) => name),
  )
  const wanted = request.outputs ?? outputs.map(({ name }) => ({ name, isBinary: request.isBinary }))
  const planned = wanted.map(({ name, isBinary }) => {
    const tensor = outputs.find((output) => output.name === name)!
    return { tensor, isBinary, count: count(tensor) }
  })
  if (!planned.some(({ isBinary }) => isBinary)) return planned
  // Whoever reads binary outputs reads all of them: what is too long to be held as text goes so as well.
  return planned.map((output) => ({
    ...output,
    isBinary: output.isBinary || output.count > JSON_BESIDE_BINARY_ELEMENTS_MAX,
  }))
}

/** The JSON of an answer, in pieces of some milliseconds of work. @throws MeshError OUTPUT_GARBLED */
export function* answerPieces(head: AnswerHead, outputs: readonly PlannedOutput[]): Generator<string> {
  const { model, version, id } = head
  const first = { model_name: model, model_version: version, ...(id === undefined ? {} : { id }) }
  yield `${JSON.stringify(first).slice(0, -1)},"outputs":[`
  for (const [i, { tensor, count, isBinary }] of outputs.entries()) {
    const { name, type, dims, data } = tensor
    const fields = { name, datatype: datatypeOf[type], shape: dims }
    const comma = i === 0 ? '' : ','
    if (isBinary) {
      yield `${comma}${JSON.stringify({ ...fields, parameters: { binary_data_size: data.length } })}`
      continue
    }
    yield `${comma}${JSON.stringify(fields).slice(0, -1)},"data":[`
    yield* elementPieces(tensor, count)
    yield ']}'
  }
  yield ']}'
}

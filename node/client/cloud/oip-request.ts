/** A request of the Open Inference Protocol v2: tensors as JSON, or as bytes behind it. */
import { concat } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { datatypeOf } from '../../tensors/datatypes.ts'
import { elementPieces } from '../../tensors/element-pieces.ts'
import { checkedCount } from '../../tensors/read-output.ts'
import { INPUT_BYTES_MAX, INPUT_JSON_BYTES_MAX } from './cloud-limits.ts'

/** How many of the first bytes are JSON. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length'

export interface OipRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

const bytesOf = (inputs: readonly Tensor[]): number => inputs.reduce((sum, { data }) => sum + data.length, 0)

/** Types that the protocol has no name for. */
const NAMELESS: ReadonlySet<string> = new Set(['int4', 'uint4'])

/** @throws MeshError CLOUD_UNMAPPED */
export function checkInputsFit(provider: string, inputs: readonly Tensor[]): void {
  const nameless = inputs.find(({ type }) => NAMELESS.has(type))
  if (nameless !== undefined) {
    const why = `the Open Inference Protocol has no name for the type ${nameless.type} of the input ${nameless.name}`
    throw new MeshError('CLOUD_UNMAPPED', { provider, why })
  }
  if (bytesOf(inputs) > INPUT_BYTES_MAX) {
    throw new MeshError('CLOUD_UNMAPPED', { provider, why: `its inputs have more than ${INPUT_BYTES_MAX} bytes` })
  }
}

/**
 * @param readsBinary whether the endpoint has the extension of binary tensors
 * @throws MeshError CLOUD_UNMAPPED where the inputs are too large for JSON
 */
export function oipRequest(provider: string, inputs: readonly Tensor[], readsBinary: boolean): OipRequest {
  const encoder = new TextEncoder()
  if (readsBinary) {
    const described = inputs.map(({ name, type, dims, data }) => ({
      name,
      datatype: datatypeOf[type],
      shape: dims,
      parameters: { binary_data_size: data.length },
    }))
    const json = encoder.encode(JSON.stringify({ inputs: described, parameters: { binary_data_output: true } }))
    const headers = { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(json.length) }
    return { headers, body: concat(json, ...inputs.map(({ data }) => data)) }
  }
  if (bytesOf(inputs) > INPUT_JSON_BYTES_MAX) {
    const why = `its inputs have more than ${INPUT_JSON_BYTES_MAX} bytes, and the endpoint reads no binary tensors`
    throw new MeshError('CLOUD_UNMAPPED', { provider, why })
  }
  const written = inputs.map((input) => {
    const { name, type, dims } = input
    const head = JSON.stringify({ name, datatype: datatypeOf[type], shape: dims }).slice(0, -1)
    return `${head},"data":[${[...elementPieces(input, checkedCount(input))].join('')}]}`
  })
  return {
    headers: { 'content-type': 'application/json' },
    body: encoder.encode(`{"inputs":[${written.join()}]}`),
  }
}

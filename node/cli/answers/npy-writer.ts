/** From a tensor to a .npy file that numpy.load reads. */
import { elementCount, type Tensor } from '../../../protocols/wire/job/tensor.ts'
import { elementsOf, viewOf } from '../../tensors/elements.ts'
import { checkedCount, firstElements } from '../../tensors/read-output.ts'
import { CHARACTER_BYTES, descrOf } from '../inputs/npy-dtypes.ts'
import { NPY_MAGIC } from '../inputs/npy-header.ts'

/** numpy aligns the elements, so that a file can be mapped into memory. */
const ALIGNMENT = 64
/** Magic, version and length of version 1.0, whose header may have 65,535 bytes: ours, with 16 dimensions, stays below 300. */
const PREFIX_BYTES = 10
/** One long text makes all of its array as long. */
const TEXT_BYTES_MAX = 1_073_741_824

/**
 * The file in two pieces: the header, and the elements, which are a view of the tensor's data where both have the same form.
 * int4 and uint4 become int8 and uint8. Texts become UCS-4, all as long as the longest.
 * @returns a reason where .npy cannot hold it: texts that end in a zero character, or that together are too large
 * @throws MeshError OUTPUT_GARBLED
 */
export function npyPieces(tensor: Tensor): readonly [Uint8Array, Uint8Array] | string {
  checkedCount(tensor)
  const { type, dims, data } = tensor
  if (type === 'string') return textPieces(tensor)
  const isPacked = type === 'int4' || type === 'uint4'
  return [header(descrOf(type), dims), isPacked ? unpacked(tensor) : data]
}

function header(descr: string, dims: readonly number[]): Uint8Array {
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(', ')})`
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`
  const length = Math.ceil((PREFIX_BYTES + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX_BYTES
  const bytes = Buffer.alloc(PREFIX_BYTES + length, ' ')
  bytes.set(NPY_MAGIC)
  bytes.set([1, 0], NPY_MAGIC.length)
  bytes.writeUInt16LE(length, 8)
  bytes.write(dictionary, PREFIX_BYTES, 'latin1')
  bytes.write('\n', bytes.length - 1, 'latin1')
  return bytes
}

function unpacked({ type, dims, data }: Tensor): Uint8Array {
  const from = elementsOf[type === 'int4' ? 'int4' : 'uint4']
  const view = viewOf(data)
  const bytes = new Uint8Array(elementCount(dims)!)
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number(from.read(view, index))
  return bytes
}

function textPieces(tensor: Tensor): readonly [Uint8Array, Uint8Array] | string {
  const texts = firstElements(tensor, Number.POSITIVE_INFINITY) as readonly string[]
  let charactersMax = 1
  for (const text of texts) {
    if (text.endsWith('\0')) return 'a text in it ends with a zero character, which .npy drops; name a .json file'
    charactersMax = Math.max(charactersMax, characterCount(text))
  }
  const byteLength = texts.length * charactersMax * CHARACTER_BYTES
  if (byteLength > TEXT_BYTES_MAX)
    return `its texts would take ${byteLength} bytes, all as long as the longest; name a .json file`
  const bytes = new Uint8Array(byteLength)
  const view = viewOf(bytes)
  texts.forEach((text, i) => {
    let at = i * charactersMax * CHARACTER_BYTES
    for (const character of text) {
      view.setUint32(at, character.codePointAt(0)!, true)
      at += CHARACTER_BYTES
    }
  })
  return [header(descrOf('string', charactersMax), tensor.dims), bytes]
}

function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Tensors as frames bring them, and the rule that ends them where one is broken. */
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'

export interface AssemblyFrame {
  readonly stream: number
  readonly sequence: number
  readonly offset: number
  readonly bytes: Uint8Array
}

export interface Assembly {
  readonly name: string
  readonly headers: readonly TensorHeader[]
  /** All bytes at once; else `frames`. */
  readonly inline?: Uint8Array
  readonly frames?: readonly AssemblyFrame[]
  /** `whole`, or what the rule says that is broken. */
  readonly outcome: string
}

const of = (name: string, type: TensorHeader['type'], dims: readonly number[], byteLength: number): TensorHeader => ({
  name,
  type,
  dims,
  byteLength,
})
const two = [of('a', 'uint8', [3], 3), of('b', 'int16', [2], 4)]
const frame = (sequence: number, stream: number, offset: number, ...bytes: readonly number[]): AssemblyFrame => ({
  stream,
  sequence,
  offset,
  bytes: Uint8Array.from(bytes),
})
const SIZE = 'the bytes of a tensor follow from type and shape'
const ORDER = 'frames come in order, without gaps'
const NEXT = 'a frame continues where the one before ended'
const INLINE = 'inline bytes are as long as the headers say'
const MISSING = 'every byte of every tensor arrives before the end'
const ends = (name: string, outcome: string, ...frames: readonly AssemblyFrame[]): Assembly => ({
  name,
  headers: two,
  frames,
  outcome,
})
const sized = (name: string, ...headers: readonly TensorHeader[]): Assembly => ({
  name,
  headers,
  inline: new Uint8Array(0),
  outcome: SIZE,
})

export const assemblies: readonly Assembly[] = [
  { name: 'nothing', headers: [], inline: new Uint8Array(0), outcome: 'whole' },
  { name: 'inline', headers: two, inline: Uint8Array.of(1, 2, 3, 4, 5, 6, 7), outcome: 'whole' },
  {
    name: 'empty tensors between',
    headers: [of('e', 'float32', [0], 0), two[0]!, of('f', 'string', [0, 7], 0)],
    inline: Uint8Array.of(1, 2, 3),
    outcome: 'whole',
  },
  { name: 'a scalar', headers: [of('s', 'int64', [], 8)], inline: new Uint8Array(8), outcome: 'whole' },
  { name: 'five halves of a byte', headers: [of('h', 'int4', [5], 3)], inline: new Uint8Array(3), outcome: 'whole' },
  {
    name: 'two texts',
    headers: [of('t', 'string', [2], 9)],
    inline: Uint8Array.of(1, 0, 0, 0, 65, 0, 0, 0, 0),
    outcome: 'whole',
  },
  ends('frames', 'whole', frame(0, 0, 0, 1, 2, 3), frame(1, 1, 0, 4, 5, 6, 7)),
  ends('shorter frames', 'whole', frame(0, 0, 0, 1), frame(1, 0, 1, 2, 3), frame(2, 1, 0, 4, 5, 6, 7)),
  ends('a frame twice', ORDER, frame(0, 0, 0, 1), frame(0, 0, 0, 1)),
  ends('a frame left out', ORDER, frame(0, 0, 0, 1), frame(2, 0, 1, 2)),
  ends('the first frame is number 1', ORDER, frame(1, 0, 0, 1)),
  ends('the second tensor first', NEXT, frame(0, 1, 0, 4, 5, 6, 7)),
  ends('an offset ahead', NEXT, frame(0, 0, 1, 2)),
  ends('an offset behind', NEXT, frame(0, 0, 0, 1, 2), frame(1, 0, 1, 2)),
  ends('a tensor that is not there', NEXT, frame(0, 0, 0, 1, 2, 3), frame(1, 1, 0, 4, 5, 6, 7), frame(2, 2, 0, 8)),
  ends('a frame without bytes', 'a frame carries bytes', frame(0, 0, 0)),
  ends('a frame over the end of its tensor', 'a frame ends inside its tensor', frame(0, 0, 0, 1, 2, 3, 4)),
  ends('a byte missing', MISSING, frame(0, 0, 0, 1, 2, 3), frame(1, 1, 0, 4, 5, 6)),
  ends('no frames', MISSING),
  { name: 'inline a byte short', headers: two, inline: new Uint8Array(6), outcome: INLINE },
  { name: 'inline a byte long', headers: two, inline: new Uint8Array(8), outcome: INLINE },
  { name: 'inline of nothing', headers: two, inline: new Uint8Array(0), outcome: INLINE },
  sized('a byte too many for its shape', of('a', 'uint8', [3], 4)),
  sized('a byte too few for its shape', of('a', 'float32', [1], 3)),
  sized('a size that is the number of elements', of('a', 'float32', [4], 4)),
  sized('elements beyond counting', of('a', 'uint8', [2 ** 31 - 1, 2 ** 31 - 1], 0)),
  sized('texts beyond counting', of('t', 'string', [2 ** 31 - 1, 2 ** 31 - 1], 8)),
  sized('texts without room for their lengths', of('t', 'string', [2], 7)),
  {
    name: 'more than a job may give',
    headers: [of('a', 'uint8', [2 ** 29], 2 ** 29), of('b', 'uint8', [2 ** 29 + 1], 2 ** 29 + 1)],
    frames: [],
    outcome: 'OVERSIZE',
  },
]

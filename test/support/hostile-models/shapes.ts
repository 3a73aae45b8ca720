/** Small files that ask for large values. */
import type { NodeProto } from '../../../node/models/onnx-format/index.ts'
import { attribute, constant, fileOf, graph, int64, int64s, node, value } from '../engines/onnx-models.ts'
import { after, type Hostile, hostile, withConstants } from './hostile.ts'

const MILLION = 1_000_000
const TRILLION = 1_000_000_000_000

/** d0 is put together with itself, and so on: d40 is 2^40 times d0. */
const doubling = (op: string): NodeProto[] =>
  Array.from({ length: 40 }, (_, i) => node(op, [`d${i}`, `d${i}`], [`d${i + 1}`], [attribute.int('axis', 0)]))

const doubledText = (): Uint8Array =>
  fileOf({
    input: [value('d0', 'string', [1])],
    output: [value('y', 'string', [1])],
    node: [...doubling('StringConcat'), node('Identity', ['d40'], ['y'])],
  })

const hidden = (inner: NodeProto): NodeProto =>
  node(
    'If',
    ['x'],
    ['a'],
    [attribute.graph('then_branch', graph({ output: [value('o', 'float32', [2])], node: [inner] }))],
  )

const bomb = (does: string, bytes: () => Uint8Array, why: RegExp): Hostile =>
  hostile('constant-shape', does, bytes, why)

export const hostileShapes: readonly Hostile[] = [
  bomb(
    'fills a terabyte with one number',
    () => withConstants([int64s('s', MILLION, MILLION)], node('ConstantOfShape', ['s'], ['a'])),
    /ConstantOfShape \(a\) makes 1000000000000 elements/,
  ),
  bomb(
    'spreads two numbers over a terabyte',
    () => withConstants([int64s('s', MILLION, MILLION)], node('Expand', ['x', 's'], ['a'])),
    /Expand/,
  ),
  bomb(
    'tiles a tile of a tile',
    () =>
      withConstants(
        [int64s('s', 100_000)],
        node('Tile', ['x', 's'], ['a']),
        node('Abs', ['a'], ['b']),
        node('Tile', ['b', 's'], ['c']),
      ),
    /Tile \(c\) makes 20000000000 elements/,
  ),
  bomb(
    'counts to a trillion',
    () => withConstants([int64('a', 0), int64('b', TRILLION), int64('c', 1)], node('Range', ['a', 'b', 'c'], ['r'])),
    /Range/,
  ),
  bomb('pads by a billion', () => withConstants([int64s('p', 1e9, 1e9)], node('Pad', ['x', 'p'], ['a'])), /Pad/),
  bomb(
    'enlarges a picture beyond all sizes',
    () => withConstants([constant('f', 'float32', [1], Float32Array.of(1e10))], node('Resize', ['x', '', 'f'], ['a'])),
    /Resize/,
  ),
  bomb(
    'resizes to a trillion',
    () => withConstants([int64s('s', TRILLION)], node('Resize', ['x', '', '', 's'], ['a'])),
    /Resize/,
  ),
  bomb(
    'draws a trillion random numbers',
    () => after(node('RandomNormal', [], ['a'], [attribute.ints('shape', [MILLION, MILLION])])),
    /RandomNormal/,
  ),
  bomb(
    'marks one of a trillion',
    () => withConstants([int64('d', TRILLION)], node('OneHot', ['x', 'd', 'x'], ['a'])),
    /OneHot/,
  ),
  bomb(
    'looks through a window of ten thousand millions',
    () => after(node('MaxPool', ['x'], ['a'], [attribute.ints('pads', [1e5, 1e5, 1e5, 1e5])])),
    /MaxPool/,
  ),
  bomb('doubles a value forty times', () => after(node('Abs', ['x'], ['d0']), ...doubling('Concat')), /Concat/),
  bomb('doubles a text forty times', doubledText, /StringConcat/),
  bomb(
    'calculates its shape',
    () =>
      withConstants(
        [int64s('k', 100_000)],
        node('Mul', ['k', 'k'], ['m']),
        node('Unsqueeze', ['m', 'k'], ['u']),
        node('Concat', ['u', 'k'], ['s'], [attribute.int('axis', 0)]),
        node('ConstantOfShape', ['s'], ['a']),
      ),
    /makes 1000000000000000 elements/,
  ),
  bomb(
    'takes its shape from a node',
    () =>
      after(
        node('Constant', [], ['s'], [attribute.ints('value_ints', [MILLION, MILLION])]),
        node('ConstantOfShape', ['s'], ['a']),
      ),
    /ConstantOfShape/,
  ),
  bomb(
    'hides in a branch, and takes its shape from outside',
    () => withConstants([int64s('s', TRILLION)], hidden(node('ConstantOfShape', ['s'], ['o']))),
    /ConstantOfShape \(o\)/,
  ),
]

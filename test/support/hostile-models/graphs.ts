/** Versions, names, operators, nesting, loops and functions. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { type GraphProto, type NodeProto, serialiseModel } from '../../../node/models/onnx-format/index.ts'
import {
  attribute,
  fileOf,
  graph,
  int64,
  localFunction,
  model,
  node,
  opset,
  slowModel,
  value,
} from '../engines/onnx-models.ts'
import { after, type Hostile, hostile, io, relu, spoilt, withConstants } from './hostile.ts'

const result = { output: [value('o', 'float32', [2])] }
const branch = (inner: NodeProto): NodeProto =>
  node('If', ['x'], ['o'], [attribute.graph('then_branch', graph({ ...result, node: [inner] }))])

const loopBody = (...nodes: readonly NodeProto[]): GraphProto =>
  graph({
    input: [value('i', 'int64', []), value('keep', 'bool', [])],
    output: [value('kept', 'bool', [])],
    node: [node('Identity', ['keep'], ['kept']), ...nodes],
  })
const loop = (count: string, body: GraphProto): NodeProto =>
  node('Loop', [count, ''], [], [attribute.graph('body', body)])

const chain = (length: number): NodeProto[] =>
  Array.from({ length }, (_, i) => node('Neg', [i === 0 ? 'x' : `v${i}`], [`v${i + 1}`]))

function nested(levels: number): NodeProto {
  let inner = node('Neg', ['x'], ['o'])
  for (let i = 0; i < levels; i++) inner = branch(inner)
  return inner
}

/** Written from the inside: the writer of protobuf goes down a level per level itself. */
function nestedRaw(levels: number): Uint8Array {
  const head = (field: number, length: number): Uint8Array =>
    new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish()
  const heads: Uint8Array[] = []
  let length = 0
  for (let i = 0; i < levels; i++) {
    // An attribute's graph (6), a node's attribute (5), a graph's node (1).
    for (const field of [6, 5, 1]) {
      const next = head(field, length)
      heads.push(next)
      length += next.length
    }
  }
  const version = new BinaryWriter().tag(1, WireType.Varint).int64(10n).finish()
  return Buffer.concat([version, head(7, length), ...heads.reverse()])
}

/** Local functions of one parameter that call others, and a model that calls the first. */
function functions(list: readonly (readonly [string, readonly string[]])[]): Uint8Array {
  const made = model({ ...io, node: [node(list[0]![0], ['x'], ['y'], [], 'own')] })
  made.opsetImport.push(opset('own', 1))
  for (const [name, calls] of list) {
    const calling = calls.map((callee, i) => node(callee, ['p'], [`r${i}`], [], 'own'))
    made.functions.push(
      localFunction({
        name,
        domain: 'own',
        input: ['p'],
        output: ['q'],
        node: [node('Neg', ['p'], ['q']), ...calling],
        opsetImport: [opset('', 21), opset('own', 1)],
      }),
    )
  }
  return serialiseModel(made)
}

/** A loop in a function that is called in a loop. */
function calledLoop(): Uint8Array {
  const called = loop('m', loopBody(node('f', ['x'], ['r'], [], 'own')))
  const made = model({ ...io, initializer: [int64('m', 1_000)], node: [called, relu] })
  made.functions.push(
    localFunction({
      name: 'f',
      domain: 'own',
      input: ['p'],
      output: ['q'],
      node: [
        node('Constant', [], ['m'], [attribute.int('value_int', 1_000)]),
        loop('m', loopBody()),
        node('Neg', ['p'], ['q']),
      ],
      opsetImport: [opset('', 21)],
    }),
  )
  return serialiseModel(made)
}

const withFunction = (parts: Parameters<typeof localFunction>[0]): Uint8Array =>
  spoilt((made) => {
    made.functions = [localFunction(parts)]
  })

const withOpsets = (...opsets: readonly ReturnType<typeof opset>[]): Uint8Array =>
  spoilt((made) => {
    made.opsetImport = [...opsets]
  })

const ofVersion = (irVersion: bigint): Uint8Array =>
  spoilt((made) => {
    made.irVersion = irVersion
  })

const renamed = (name: string): Uint8Array =>
  fileOf({ ...io, input: [value(name, 'float32', [2])], node: [node('Constant', [], ['y'])] })

export const hostileGraphs: readonly Hostile[] = [
  hostile('file-size', 'is larger than any reader takes', () => after(), /bytes, at most 10/, { fileBytesMax: 10 }),
  hostile('ir-version', 'is of a format that is not known yet', () => ofVersion(14n), /IR version 14/),
  hostile('ir-version', 'is of no format', () => ofVersion(0n), /IR version 0/),
  hostile('opset', 'means operators not known yet', () => withOpsets(opset('', 27)), /27.*1 to 26/),
  hostile('opset', 'means two versions', () => withOpsets(opset('', 20), opset('ai.onnx', 21)), /20 and 21/),
  hostile('opset', 'means no version', () => withOpsets(opset('com.microsoft', 1)), /which version/),
  hostile(
    'opset',
    'uses a domain that it does not import',
    () => fileOf({ ...io, node: [node('Gelu', ['x'], ['y'], [], 'com.microsoft')] }, { opsetImport: [opset('', 21)] }),
    /no version/,
  ),

  hostile('item-count', 'has more values than anybody needs', () => after(), /more than 5/, { itemsMax: 5 }),
  hostile(
    'item-count',
    'gives one node a million inputs',
    () => after(node('Sum', Array(1_000_000).fill('x'), ['s'])),
    /more than 1000000/,
  ),
  hostile('node-inputs', 'adds up 5000', () => after(node('Sum', Array(5_000).fill('x'), ['s'])), /5000 inputs/),
  hostile(
    'node-count',
    'is 60 000 nodes wide',
    () => after(...Array.from({ length: 60_000 }, (_, i) => node('Neg', ['x'], [`v${i}`]))),
    /more than 50000 nodes/,
  ),
  hostile('node-count', 'is 100 000 nodes deep', () => after(...chain(100_000)), /more than 50000 nodes/),
  hostile('graph-depth', 'is 30 000 nodes deep', () => after(...chain(30_000)), /more than 20000 nodes follow/),
  hostile('graph-nesting', 'nests its branches 20 deep', () => after(nested(20)), /more than 16 deep/),
  hostile('graph-nesting', 'nests its branches 20 000 deep', () => nestedRaw(20_000), /more than 16 deep/),

  hostile('name', 'has a name like a book', () => after(node('Neg', ['x'], ['n'.repeat(5_000)])), /5000 bytes/),
  hostile('name', 'has an input with a longer name than travels', () => renamed('n'.repeat(300)), /300 bytes/),
  hostile('name', 'has an input without a name', () => renamed(''), /is empty or not in NFC/),
  hostile('name', 'has an input that would come back renamed', () => renamed('u\u0308'), /not in NFC/),
  hostile('duplicate-name', 'makes a value twice', () => after(node('Neg', ['x'], ['y'])), /makes y, which is there/),
  hostile(
    'duplicate-name',
    'takes an input twice',
    () => fileOf({ ...io, input: [...io.input, ...io.input], node: [relu] }),
    /input x is given twice/,
  ),
  hostile(
    'duplicate-name',
    'has a constant twice',
    () => withConstants([int64('c', 1), int64('c', 2)]),
    /constant c is given twice/,
  ),
  hostile(
    'undefined-name',
    'uses a value before it is made',
    () => after(node('Neg', ['a'], ['b']), node('Neg', ['x'], ['a'])),
    /takes a, which nothing before/,
  ),
  hostile(
    'undefined-name',
    'goes round in a circle',
    () => after(node('Add', ['x', 'b'], ['a']), node('Neg', ['a'], ['b'])),
    /takes b/,
  ),
  hostile(
    'undefined-name',
    'gives a value that nothing makes',
    () => fileOf({ ...io, output: [value('z', 'float32', [2])], node: [relu] }),
    /output z/,
  ),
  hostile(
    'undefined-name',
    'uses in a branch what comes after it',
    () => after(branch(node('Neg', ['late'], ['o'])), node('Neg', ['x'], ['late'])),
    /takes late/,
  ),

  hostile(
    'operator-domain',
    'wants an operator of its own',
    () => after(node('Steal', ['x'], ['a'], [], 'evil.example')),
    /domain evil.example/,
  ),
  hostile(
    'operator-domain',
    'hides an operator of its own in a branch',
    () => after(branch(node('Steal', ['x'], ['o'], [], 'evil.example'))),
    /domain evil.example/,
  ),
  hostile(
    'operator-domain',
    'is named like what every object has',
    () => after(node('toString', ['x'], ['a'], [], 'constructor')),
    /domain constructor/,
  ),
  hostile(
    'operator-domain',
    'hides an operator of its own in a function',
    () =>
      withFunction({
        name: 'f',
        domain: 'own',
        node: [node('Steal', [], ['a'], [], 'evil.example')],
        opsetImport: [opset('evil.example', 1)],
      }),
    /domain evil.example/,
  ),
  hostile(
    'operator',
    'opens compiled code from a file',
    () => after(node('EPContext', ['x'], ['a'], [], 'com.microsoft')),
    /opens files/,
  ),

  hostile('loop', 'goes round as often as an input says', () => slowModel(8), /nothing in the model bounds/),
  hostile('loop', 'stops when it feels like it', () => after(loop('', loopBody())), /nothing in the model bounds/),
  hostile(
    'loop',
    'goes round for ever, in numbers',
    () => withConstants([int64('m', 2n ** 63n - 1n)], loop('m', loopBody())),
    /goes round 9223372036854776000 times/,
  ),
  hostile(
    'loop',
    'multiplies its rounds by nesting',
    () => withConstants([int64('m', 1_000)], loop('m', loopBody(loop('m', loopBody())))),
    /goes round 1000000 times/,
  ),
  hostile('loop', 'multiplies its rounds by calling', calledLoop, /goes round 1000000 times/),
  hostile(
    'loop',
    'searches as long as an input says',
    () => after(node('GreedySearch', ['x', 'x'], ['a'], [], 'com.microsoft')),
    /bounds how often GreedySearch/,
  ),

  hostile('function', 'calls itself', () => functions([['f', ['f']]]), /calls itself/),
  hostile(
    'function',
    'calls itself by way of another',
    () =>
      functions([
        ['f', ['g']],
        ['g', ['f']],
      ]),
    /calls itself/,
  ),
  hostile('function', 'replaces an operator', () => withFunction({ name: 'Relu', domain: '' }), /replaces an operator/),
  hostile(
    'function',
    'is defined twice',
    () =>
      functions([
        ['f', []],
        ['f', []],
      ]),
    /defined twice/,
  ),
  hostile(
    'function',
    'takes a graph by default',
    () => withFunction({ name: 'f', domain: 'own', attributeProto: [attribute.graph('body', loopBody())] }),
    /is a graph/,
  ),
  hostile(
    'node-count',
    'doubles its nodes with every function',
    () => functions(Array.from({ length: 40 }, (_, i) => [`f${i}`, i === 39 ? [] : [`f${i + 1}`, `f${i + 1}`]])),
    /calls of local functions/,
  ),
]

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityModel, loopedPerceptronModel, sumAndDifferenceModel } from '../support/engines/onnx-models.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'

/** Of a model that takes no time worth mentioning here. */
const WIDTH = 512
const ROUNDS = 1

let net: CliNetwork
const path = (name: string): string => join(net.folder, name)
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(path(name), content)
  return name
}

beforeAll(async () => {
  net = await CliNetwork.start()
  write('slow.onnx', loopedPerceptronModel(WIDTH, ROUNDS))
  write('sums.onnx', sumAndDifferenceModel())
  write('slow.json', JSON.stringify({ x: [new Array(WIDTH).fill(0.5)] }))
  await net.miner('miner', ['characters', 'slow.onnx', 'sums.onnx'], '0.001')
  write('ab.json', '{"a": [[1, 2, 3], [4, 5, 6]], "b": [1, 1, 1]}')
  write('ab-type.json', '{"a": [["x", 2, 3]], "b": [1, 1, 1]}')
  write('ab-missing.json', '{"a": [[1, 2, 3]]}')
  write('other.onnx', identityModel('float32', ['n']))
  const y = await net.run(['run', 'slow', '--input', 'slow.json', '--output', 'y.npy'])
  expect(y.code).toBe(0)
  write('cut.npy', readFileSync(path('y.npy')).subarray(0, 500))
})
afterAll(() => net[Symbol.asyncDispose]())

test.each([
  [
    'no input',
    ['run', 'characters'],
    2,
    'The model characters needs an input: image: float32 [batch, 1, 28, 28].',
    '--input',
  ],
  [
    'an input of another name',
    ['run', 'sums', '--input', 'c=ab.json'],
    1,
    'The model has no input c; it takes a, b.',
    'Name the inputs',
  ],
  [
    'an input of another type',
    ['run', 'sums', '--input', 'ab-type.json'],
    1,
    'is the text "x" at [0][0]; the model takes float32.',
    'Convert',
  ],
  [
    'an input that is missing',
    ['run', 'sums', '--input', 'ab-missing.json'],
    1,
    'The input b is missing.',
    'every input',
  ],
  [
    'an array that is cut off',
    ['run', 'slow', '--input', 'cut.npy'],
    1,
    'The input x in cut.npy has 372 bytes; its type and shape need 2048.',
    '',
  ],
  [
    'a file that is not there',
    ['run', 'characters', '--input', 'no.png'],
    1,
    'The input file no.png cannot be read: there is no such file.',
    '',
  ],
  [
    'a model file that nobody serves',
    ['run', 'other.onnx', '--input', 'ab.json'],
    1,
    'Nobody here knows the model other.onnx.',
    'Served are ',
  ],
  ['a model file that is none', ['run', 'ab.json', '--input', 'ab.json'], 1, 'The model file', 'whole ONNX file'],
])('a request with %s says what, why and what next', async (_, words, code, what, next) => {
  const result = await net.run(words)
  expect(result).toMatchObject({ code, out: '' })
  const [first, second] = result.err.trimEnd().split('\n')
  expect(first).toMatch(/^✗ \p{Lu}|^✗ .*\.onnx/u)
  expect(first).toContain(what)
  expect(second).toMatch(/^ {2}Next: /)
  expect(second).toContain(next)
  // Exactly what, why and what next.
  expect(result.err.trimEnd().split('\n')).toHaveLength(2)
})

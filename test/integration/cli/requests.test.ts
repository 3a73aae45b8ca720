/** What `aitbc run` takes and gives, and how it says no: run in this process, over miners that are real. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createTestnet, type Testnet } from '../../../bootstrap/localnet/create-testnet.ts'
import { runCommand } from '../../../node/cli/jobs/run-command.ts'
import { loopedPerceptronModel, sumAndDifferenceModel } from '../../support/engines/onnx-models.ts'
import { sample } from '../../support/engines/samples.ts'
import { expectTold } from '../../support/processes/bad-start.ts'
import { programOf, runWords, type Said } from '../../support/run-words.ts'

const WIDTH = 8
/** Stands for the path of an input whose shape no model takes. */
const SHAPE = 'shape.json'
const program = programOf(runCommand)
let net: Testnet

const path = (name: string): string => join(net.folder, name)
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(path(name), content)
  return path(name)
}
/** As a light peer that joins, asks and leaves. */
const run = (...words: readonly string[]): Promise<Said> =>
  runWords(program, ['run', ...words, '--data', path('asker'), '--network', net.networkPath])

beforeAll(async () => {
  // Networks of one name that run side by side on this machine would find each other.
  vi.stubEnv('AITBC_LAN_DISCOVERY', 'off')
  net = await createTestnet(0)
  const sums = write('sums.onnx', sumAndDifferenceModel())
  const layer = write('layer.onnx', loopedPerceptronModel(WIDTH, 1))
  const models = ['characters', sums, layer]
  await net.add('miner', { roles: ['miner', 'router'], models, engineThreads: 1, basePrice: '0.001' })
})
afterAll(async () => {
  await net[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

describe('arrays and files', () => {
  test('go in as .json and .npy, and come back as either', async () => {
    const ab = write('ab.json', '{"a": [[1, 2, 3], [4, 5, 6]], "b": [1, 1, 1]}')
    const sums = await run('sums', '--input', ab, '--output', path('out.json'))
    expect(sums).toMatchObject({ code: 0, err: '' })
    expect(sums.out).toContain('2, 3, 4, 5, 6, 7')
    expect(sums.out).toMatch(/^written {2}.*out\.json$/m)
    expect(readFileSync(path('out.json'), 'utf8')).toContain('"difference"')

    const x = write('x.json', JSON.stringify({ x: [new Array(WIDTH).fill(0.5)] }))
    const y = await run('layer', '--input', x, '--output', path('y.npy'), '--json')
    expect(JSON.parse(y.out).outputs[0]).toMatchObject({ name: 'y', shape: [1, WIDTH] })
    // What came out of the mesh goes in again.
    const again = await run('layer', '--input', `x=${path('y.npy')}`, '--json')
    expect(JSON.parse(again.out)).toMatchObject({ attempts: 1, outputs: [{ name: 'y', shape: [1, WIDTH] }] })
  })

  test('are not written over a file unless that is asked for', async () => {
    write('there.npy', 'mine')
    const words = ['characters', '--input', sample('digit-4.png'), '--output', path('there.npy')]
    const refused = await run(...words)
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('✗ The output file ') })
    expect(refused.err).toContain('--force')
    expect(readFileSync(path('there.npy'), 'utf8')).toBe('mine')
    expect((await run(...words, '--force')).code).toBe(0)
    expect(readFileSync(path('there.npy'), 'latin1')).toMatch(/^\x93NUMPY/)
  })
})

describe('a request that cannot be met', () => {
  const characters = ['characters', '--input', sample('letter-A.png')]

  test.each([
    ['a model that nobody serves', ['nosuch', '--input', 'x'], 1, 'Nobody here knows the model nosuch.', 'Served are '],
    ['a slip of a name', ['charcters', '--input', 'x'], 1, 'the model charcters.', 'Did you mean characters?'],
    [
      'a ceiling below every price',
      [...characters, '--price-max', '0.0004'],
      1,
      'The cheapest price is 0.001, the ceiling 0.0004.',
      '--price-max',
    ],
    ['no time at all', [...characters, '--deadline', '1ms'], 1, 'The job took longer than 1 ms.', 'deadline'],
    [
      'an input of another shape',
      ['sums', '--input', SHAPE],
      1,
      'has the shape [1, 2]; the model takes [n, 3].',
      'Reshape',
    ],
  ])('%s', async (_, words, code, what, next) => {
    const shape = write('shape.json', '{"a": [[1, 2]], "b": [1, 1, 1]}')
    const result = await run(...words.map((word) => (word === SHAPE ? shape : word)))
    expectTold(result, code, what, next)
    expect(result.err).toMatch(/^✗ \p{Lu}/u)
  })

  test('is the same as JSON, with amounts in credits', async () => {
    const { code, out, err } = await run(...characters, '--price-max', '0.0004', '--json')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(JSON.parse(err).error).toMatchObject({ code: 'PRICE_CEILING', facts: { cheapest: '1000', ceiling: '400' } })
  })
})

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { program } from '../../bootstrap/bin/commands.ts'
import { identityModel, sumAndDifferenceModel } from '../support/engines/onnx-models.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { runWords } from '../support/run-words.ts'

let net: CliNetwork
const dataOf = (name: string): readonly string[] => ['--data', join(net.folder, name), '--network', net.networkPath]
const here = (name: string): string => join(net.folder, name)
/** In this process: a start of each command would take most of the time. */
const aitbc = (...words: readonly string[]) => runWords(program, words)

beforeAll(async () => {
  vi.stubEnv('AITBC_LAN_DISCOVERY', 'off')
  net = await CliNetwork.start()
  writeFileSync(join(net.folder, 'sums.onnx'), sumAndDifferenceModel())
  writeFileSync(join(net.folder, 'ab.json'), '{"a": [[1, 2, 3]], "b": [1, 1, 1]}')
  await net.miner('first', ['sums.onnx'], '0.002')
})
afterAll(async () => {
  await net[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

describe('a model that one miner has', () => {
  test('is pulled by name, listed, and served to a client by another miner', async () => {
    const pulled = await aitbc('models', 'pull', 'sums', '--json', ...dataOf('second'))
    expect(pulled).toMatchObject({ code: 0, err: '' })
    const { id, name, bytes } = JSON.parse(pulled.out)
    expect({ name, bytes }).toEqual({ name: 'sums', bytes: sumAndDifferenceModel().length })

    const { models } = JSON.parse((await aitbc('models', 'list', '--json', ...dataOf('second'))).out)
    expect(models).toMatchObject([{ id, name: 'sums', bytes, bytesHere: bytes, whole: true, uses: [] }])

    await net.miner('second', ['sums'], '0.001')
    const ran = await net.run(['run', 'sums', '--input', 'ab.json', '--json'])
    expect(JSON.parse(ran.out)).toMatchObject({ modelId: id, price: '1000', problem: null })
  })

  test('is not removed while it is served', async () => {
    const { code, err } = await aitbc('models', 'remove', 'sums', ...dataOf('second'))
    expect(code).toBe(1)
    expect(err).toContain('✗ The model sums is in use: it is served.')
  })

  test('is pulled by its id from the peer that is named, through the node that runs', async () => {
    const third = await net.miner('third', ['characters'], '0.003', ['--roles', 'miner,client'])
    void third
    const { peers } = JSON.parse((await aitbc('peers', '--json', ...dataOf('third'))).out)
    const { models } = JSON.parse((await aitbc('models', 'list', '--json', ...dataOf('second'))).out)
    const { id } = models[0]
    // Whoever does not have it says so; of all that are connected, one that does gives it.
    const from = async (peer: string) => aitbc('models', 'pull', id, '--from', peer, '--as', 'mine', ...dataOf('third'))
    const second = JSON.parse((await aitbc('status', '--json', ...dataOf('second'))).out)
    const got = await from(second.addresses[0])
    expect(got).toMatchObject({ code: 0 })
    expect(got.out).toContain('mine is here, whole and inspected')
    expect(peers.length).toBeGreaterThan(0)
  })
})

describe('a model file', () => {
  test('is added to the store, served by its name, and removed again', async () => {
    writeFileSync(join(net.folder, 'same.onnx'), identityModel('float32', ['n']))
    const added = await aitbc('models', 'add', here('same.onnx'), '--as', 'echo', '--json', ...dataOf('fourth'))
    expect(added).toMatchObject({ code: 0, err: '' })
    const { id } = JSON.parse(added.out)
    const path = join(net.folder, 'fourth', 'content', id, 'content')
    expect(readFileSync(path).equals(identityModel('float32', ['n']))).toBe(true)
    const listed = await aitbc('models', 'list', ...dataOf('fourth'))
    expect(listed.out).toMatch(/^echo +\S+ B +whole +no +bafk/m)
    expect((await aitbc('models', 'remove', 'echo', ...dataOf('fourth'))).code).toBe(0)
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(join(net.folder, 'fourth', 'content'))).toEqual([])
  })

  test('that is none is refused', async () => {
    const { code, err } = await aitbc('models', 'add', here('ab.json'), ...dataOf('fourth'))
    expect({ code, out: err.split('\n').length }).toEqual({ code: 1, out: 3 })
  })
})

describe('a pull that cannot be', () => {
  test.each([
    ['of a name that nobody serves', ['pull', 'nosuch'], 'Nobody here knows the model nosuch.', 'Served are '],
    [
      'of an id that nobody has',
      ['pull', 'bafkreiazcgcti3jjszyr3v3byubo44bww657qejxww5gpkzjy23pk5lqve'],
      'gives the model bafkreiazcgcti3j',
      '--from',
    ],
    ['from what is no peer', ['pull', 'sums', '--from', 'nobody'], 'names no peer', ''],
  ])('%s, says why and what next', async (_, words, what, next) => {
    const { code, err, out } = await aitbc('models', ...words, ...dataOf('fifth'))
    expect(out).toBe('')
    expect(code).not.toBe(0)
    expect(err).toContain(what)
    expect(err).toContain(next)
  })
})

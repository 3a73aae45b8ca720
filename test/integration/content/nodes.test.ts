import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

/** Two chunks of weights and some. */
const WIDTH = 768
let mesh: JobNetwork

const client = { roles: ['client'], listen: [] }
const pullOf = (name: string) => ({ model: mesh.id(name), name, peers: [], onlyFrom: false })
const lentFile = (name: string, bytes: Uint8Array): { id: ReturnType<typeof modelIdOf>; path: string } => {
  const path = join(mesh.net.folder, name)
  writeFileSync(path, bytes)
  return { id: modelIdOf(createHash('sha256').update(bytes).digest()), path }
}

beforeAll(async () => {
  // Slow enough that a pull shows what the line carries.
  mesh = await jobNetwork({ large: loopedPerceptronModel(WIDTH, 1) }, { miners: [{ uploadMax: '1500 KiB' }] })
})
afterAll(() => mesh[Symbol.asyncDispose]())

describe('a node', () => {
  test('pulls what a miner serves from its path, whom it finds through the DHT', async () => {
    const { miner } = mesh.net.miners[0]!
    const came: number[] = []
    const up = (): number | undefined => miner!.line.report().up?.bitsPerS
    // What is carried is told of after a second without a pause: where the machine had much else to do meanwhile, the next pull tells.
    for (let i = 0; i < 5 && (came.length === 0 || up() === undefined); i++) {
      await using node = await mesh.net.add(`puller-${i}`, client)
      using _ = node.mesh.bulk.listen((way, { bitsPerS }) => void (way === 'down' && came.push(bitsPerS)))
      const copy = await node.content.pull(pullOf('large'))
      expect(readFileSync(copy.path).equals(readFileSync(mesh.path('large')))).toBe(true)
      expect(node.content.store.find('large')?.isWhole).toBe(true)
      for (const { bulk } of [node.mesh, mesh.net.miners[0]!.mesh]) bulk.settle(Number.POSITIVE_INFINITY)
      expect(came.length).toBeLessThanOrEqual(i + 1)
    }

    const paceBitsPerS = 1_500 * 1_024 * 8
    for (const bitsPerS of [...came, up()]) {
      expect(bitsPerS).toBeGreaterThan(paceBitsPerS / 4)
      expect(bitsPerS).toBeLessThan(paceBitsPerS * 2)
    }
    expect(came.length).toBeGreaterThan(0)
    expect(miner!.line.inProfile().upKbps).toBeLessThanOrEqual(paceBitsPerS / 1_000)
  })

  test('does not keep what the inspection refuses, though it is what was asked for', async () => {
    const miner = mesh.net.miners[0]!
    const { id, path } = lentFile('no-model.onnx', new TextEncoder().encode('no model'))
    using _ = miner.content.lend(id, path)
    await using node = await mesh.net.add('inspecting', client)
    const wish = { model: id, name: 'bad', peers: [miner.peer], onlyFrom: true }
    await expect(node.content.pull(wish)).rejects.toMatchObject({
      code: expect.stringMatching(/^MODEL_(REFUSED|FILE)$/),
    })
    expect(node.content.store.all()).toEqual([])
  })

  test('is not given a file that is no longer what its id says', async () => {
    const miner = mesh.net.miners[0]!
    const { id, path } = lentFile('changed.onnx', new Uint8Array(99))
    using _ = miner.content.lend(id, path)
    writeFileSync(path, new Uint8Array(99).fill(1))
    await using node = await mesh.net.add('asking', client)
    const wish = { model: id, name: 'changed', peers: [miner.peer], onlyFrom: true }
    await expect(node.content.pull(wish)).rejects.toMatchObject({ code: 'MODEL_NOWHERE' })
  })

  test('does not serve a copy that is damaged, and gets what is missing from others', async () => {
    const folder = 'damaged'
    const miner = { roles: ['miner'], models: 'large', engineThreads: 1 }
    let path: string
    {
      await using node = await mesh.net.add(folder, client)
      path = (await node.content.pull(pullOf('large'))).path
    }
    const bytes = readFileSync(path)
    bytes[2 ** 20 + 7]! ^= 1
    writeFileSync(path, bytes)
    await expect(mesh.net.add(folder, miner)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' })
    {
      await using node = await mesh.net.add(folder, client)
      const part = node.content.store.find('large')!
      expect([part.isWhole, part.list.count - part.have.size]).toEqual([false, 1])
      await node.content.pull(pullOf('large'))
    }
    await using node = await mesh.net.add(folder, miner)
    expect(node.content.store.uses(mesh.id('large'))).toContain('it is served')
    expect(() => node.content.store.remove(mesh.id('large'))).toThrowError(
      expect.objectContaining({ code: 'MODEL_IN_USE' }),
    )
  })

  test('that gives nothing is asked in vain', async () => {
    const miner = { roles: ['miner'], models: mesh.path('large'), engineThreads: 1, uploadMax: 0 }
    await using mean = await mesh.net.add('mean', miner)
    await using node = await mesh.net.add('poor', client)
    const wish = { ...pullOf('large'), peers: [mean.peer], onlyFrom: true }
    await expect(node.content.pull(wish)).rejects.toMatchObject({ code: 'MODEL_NOWHERE' })
  })

  test('that is asked for an id it never had says how to get it', async () => {
    const { id } = lentFile('unknown.onnx', new Uint8Array(5))
    const starting = mesh.net.add('ignorant', { roles: ['miner'], models: id })
    await expect(starting).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
  })
})

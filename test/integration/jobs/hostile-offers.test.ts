import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { signOffer } from '../../../protocols/wire/offer/offer.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import type { HostileMinerOptions } from '../../support/nodes/hostile-miner.ts'
import { hostileScene, silently } from '../../support/nodes/hostile-scene.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { hasher, meshNode } from '../../support/nodes/mesh-nodes.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())
const scene = (options?: Partial<HostileMinerOptions>) => hostileScene(mesh, options)

describe('an offer', () => {
  test('that was withdrawn is not used', async () => {
    await using it = await scene()
    await it.liar.publish({ paused: 1 })
    const { directory } = mesh.net.miners[0]!.router!
    await expect.poll(() => [...directory.live()].some(({ offer }) => offer.miner === it.liar.address)).toBe(false)
    const { answer } = await it.run()
    expect(answer.miner).toBe(it.honestMiner)
    expect(it.liar.runs).toEqual([])
  })

  test('whose table is another one names no model, but the miner may still answer for it', async () => {
    const fake = { ...mesh.model('identity'), name: 'a name to lure people' }
    await using it = await scene({ table: [fake] })
    const names = (await it.user.client.models()).map(({ name }) => name)
    expect(names).not.toContain(fake.name)
    const { answer } = await it.run()
    expect(answer.miner).toBe(it.liar.address)
  })

  test('of a miner that does not tell its table keeps nobody waiting where another one does', async () => {
    await using it = await scene()
    it.liar.table = (_, __, { signal }) => silently(signal)
    const { answer } = await it.run()
    expect(answer.miner).toBe(it.liar.address)
    expect(answer.totalMs).toBeLessThan(2_000)
  })

  test('of a miner that says CANCELLED instead of its table cancels nothing', async () => {
    await using it = await scene()
    // biome-ignore lint/correctness/useYield: the error is the answer
    it.liar.table = async function* () {
      throw new MeshError('CANCELLED')
    }
    const { answer } = await it.run()
    expect(answer.miner).toBe(it.liar.address)
  })
})

describe('a directory that', () => {
  /** A directory of its own beside the honest one, found through the DHT. */
  async function lyingDirectory(entries: () => readonly Uint8Array[]): Promise<AsyncDisposable> {
    await using stack = new AsyncDisposableStack()
    const { network } = stack.use(await meshNode({ network: mesh.net.network.networkId }))
    network.serve(directoryProtocol, async function* () {
      for (const offer of entries()) yield { offer, ageMs: 0 }
    })
    await network.connect(mesh.net.door.peer, mesh.net.door.addresses)
    await network.connect(mesh.net.miners[0]!.peer, mesh.net.miners[0]!.addresses())
    stack.use(await network.provide(directoryKey(hasher, network.tag, mesh.net.client.settings.region)))
    return stack.move()
  }

  test('invents offers is found out, and the honest one is believed', async () => {
    await using it = await scene()
    const forged = it.liar.sign({ jobsMax: 4_096 }).bytes.slice()
    forged[forged.length - 1]! ^= 1
    await using _ = await lyingDirectory(() => [new Uint8Array(300), forged])
    await it.user.client.search(mesh.id('identity'))
    const answers = it.user.events.flatMap((event) => (event.kind === 'searched' ? event.answers : []))
    expect(answers.map((answer) => answer.false).sort()).toEqual([0, 2])
    expect((await it.run()).answer.miner).toBe(it.liar.address)
  })

  test('hands out offers that have expired sends no work to them', async () => {
    await using it = await scene()
    await it.liar.publish({ paused: 1 })
    const old = signOffer(it.liar.domain, it.liar.signer, it.liar.body(), 10n ** 15n, Date.now() - 400_000)
    await using _ = await lyingDirectory(() => [old.bytes])
    const { answer } = await it.run()
    expect(it.user.client.book.offerOf(it.liar.address)?.hash).toBe(old.hash)
    expect(answer.miner).toBe(it.honestMiner)
    expect(it.liar.runs).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { offeredCoordinates } from '../../protocols/wire/offer/offer-body.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../support/nodes/job-network.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners: [{}, { basePrice: '0.01' }] })
})
afterAll(() => mesh[Symbol.asyncDispose]())

describe('in a network of real nodes', () => {
  test('offers say where miners lie, pings move a client, and a job in a hurry measures before it believes', async () => {
    const { net } = mesh
    const { client, mesh: network } = net.client
    await client!.search(mesh.id('identity'))
    const [first, second] = net.miners.map(({ operator }) => operator!)
    const offers = () => client!.book.live(mesh.id('identity'))
    expect(offers().map(({ offer }) => offeredCoordinates(offer.body)?.vectorMs.length)).toEqual([8, 8])

    // Pings of its own come every three seconds or so; these are not waited for.
    await network.connect(net.miners[0]!.peer, net.miners[0]!.addresses())
    for (let i = 0; i < 30; i++) await network.ping(net.miners[0]!.peer)
    const of = (miner: string) => offers().find(({ offer }) => offer.miner === miner)!
    // Whole milliseconds: on one machine it may be none.
    expect(of(first!).rttMs).toBeGreaterThanOrEqual(0)
    expect(net.client.coordinates.samples).toBeGreaterThanOrEqual(30)
    expect(net.client.coordinates.current.error).toBeLessThan(1)

    const notes = of(second!)
    expect(notes.rttMs).toBeUndefined()
    const job = { model: mesh.id('identity'), inputs: [bytesInput(8)], latencyMsMax: 5_000 }
    expect((await client!.infer(job)).miner).toBe(first)
    expect(of(second!).rttMs, 'measured, though the job went elsewhere').toBeDefined()
  })
})

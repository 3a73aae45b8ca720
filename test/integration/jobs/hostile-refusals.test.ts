import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wireOf } from '../../../protocols/kernel/error-projections.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { HostileMiner, type HostileMinerOptions, type JobLie } from '../../support/nodes/hostile-miner.ts'
import { hostileScene } from '../../support/nodes/hostile-scene.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())
const scene = (options?: Partial<HostileMinerOptions>) => hostileScene(mesh, options)

describe('a miner that refuses', () => {
  const refusing = (offer: (miner: HostileMiner) => Uint8Array | undefined): JobLie =>
    async function* (_, miner) {
      yield miner.refused('OFFER_STALE', offer(miner))
    }

  test('with its newer offer is asked once more under that one', async () => {
    await using it = await scene()
    it.liar.job = async function* (run, miner) {
      if (miner.runs.length === 1) yield miner.refused('OFFER_STALE', miner.sign().bytes)
      else yield miner.finished(run)
    }
    const { answer, met } = await it.run()
    expect(met).toEqual(['OFFER_STALE'])
    expect(answer.miner).toBe(it.liar.address)
    expect(it.liar.runs[1]!.terms.offerHead).toBe(it.liar.offer.hash)
    expect(it.liar.runs[1]!.terms.offerHead).not.toBe(it.liar.runs[0]!.terms.offerHead)
  })

  test('with a newer offer each time is asked twice, and cannot use up the attempts of the job', async () => {
    await using it = await scene()
    const { answer, met } = await it.run(refusing((miner) => miner.sign().bytes))
    expect(met).toEqual(['OFFER_STALE', 'OFFER_STALE'])
    expect(answer.miner).toBe(it.honestMiner)
  })

  test('with the same offer is not asked again', async () => {
    await using it = await scene()
    const { met } = await it.run(refusing((miner) => miner.offer.bytes))
    expect(met).toEqual(['OFFER_STALE'])
  })

  test("with another miner's offer is left, and that offer is not taken from its mouth", async () => {
    await using it = await scene()
    await using other = await HostileMiner.start(mesh.net, { model: mesh.model('identity'), price: 5_000n })
    const forged = other.sign()
    const { answer, met } = await it.run(refusing(() => forged.bytes))
    expect(met).toEqual(['WRONG_SIGNER'])
    expect(answer.miner).toBe(it.honestMiner)
    expect(it.user.client.book.offerOf(other.address)?.hash).not.toBe(forged.hash)
  })

  test('with bytes that are no offer is left: it is no bug of this side', async () => {
    await using it = await scene()
    const { answer, met } = await it.run(refusing(() => new Uint8Array(200).fill(0x9f)))
    expect(met).toEqual(['MALFORMED'])
    expect(answer.miner).toBe(it.honestMiner)
  })

  test('with an offer whose signature was made over other words is left', async () => {
    await using it = await scene()
    const bytes = (miner: HostileMiner): Uint8Array => {
      const forged = miner.sign().bytes.slice()
      forged[forged.length - 1]! ^= 1
      return forged
    }
    const { met } = await it.run(refusing(bytes))
    expect(met).toEqual(['MALFORMED'])
  })

  test('the input alone is not believed', async () => {
    await using it = await scene()
    const { answer, met } = await it.run(async function* (_, miner) {
      yield miner.refused('INPUT')
    })
    expect(met).toEqual(['INPUT'])
    expect(answer.miner).toBe(it.honestMiner)
  })

  test('the input is believed where a second one says the same', async () => {
    await using it = await scene()
    await using second = await HostileMiner.start(mesh.net, { model: mesh.model('identity'), price: 20n })
    second.job = async function* (run, miner) {
      const error = wireOf('ENGINE_FAILED')
      yield { kind: 'aborted', attempt: miner.attemptOf(run), cause: 'error', error, detail: 'no such row' }
    }
    const running = it.run(async function* (_, miner) {
      yield miner.refused('INPUT')
    })
    await expect(running).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  })
})

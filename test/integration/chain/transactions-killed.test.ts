/** Kills and failures of real processes: the process of the desk, the chain, and the way between them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EmbeddedChain } from '../../../bootstrap/localnet/embedded-chain.ts'
import type { TransactionStep } from '../../../node/chain/transactions/transaction-record.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import { COIN, COUNTER, countCall, signerOf } from '../../support/chain/chain-calls.ts'
import { ChainWorld, openDesk } from '../../support/chain/chain-world.ts'
import { type Asked, handOn, RpcServer } from '../../support/chain/rpc-server.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import type { SendMessage } from '../../support/processes/send-transactions.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import '../../support/property-seed.ts'

const changedTo =
  (state: string) =>
  (step: TransactionStep): boolean =>
    step.kind === 'changed' && step.record.state === state

async function fundedWorld(): Promise<ChainWorld> {
  const world = await ChainWorld.start()
  await world.chain.fund((await signerOf('sender')).address, COIN)
  return world
}

const sender = (folder: string, url: string, purposes: readonly string[], confirmations = 1) =>
  new ScriptProcess<SendMessage>('send-transactions.ts', [folder, url, String(confirmations), ...purposes])

const errorOf = (call: Promise<unknown>): Promise<MeshError> =>
  call.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: MeshError) => error,
  )

describe('a process that is killed', () => {
  it('between the journal and the send has sent nothing; the next run sends what it had signed, once', async () => {
    const world = await fundedWorld()
    const folder = join(temporaryFolder(), 'node')
    const held = Promise.withResolvers<Asked>()
    const way = await RpcServer.start((asked) => {
      if (asked.method !== 'eth_sendRawTransaction') return handOn(world.chain.url, asked)
      held.resolve(asked)
      return 'silence'
    })
    await using process = sender(folder, way.origin, ['count/1'])
    const { params } = await held.promise
    await process.kill()
    expect(await world.count()).toBe(0)
    const { desk, journal } = await openDesk(world.chain.url, { folder })
    expect(journal.forms({ purpose: 'count/1' }).map(({ raw }) => Buffer.from(raw).toString('hex'))).toEqual([
      String(params[0]).slice(2),
    ])
    await desk.perform(countCall('count/1'))
    expect(await world.count()).toBe(1)
  })

  it('between the send and the receipt finds what was mined meanwhile, and sends nothing new', async () => {
    const world = await fundedWorld()
    const folder = join(temporaryFolder(), 'node')
    const mined = Promise.withResolvers<unknown>()
    const way = await RpcServer.start(async (asked) => {
      const answer = await handOn(world.chain.url, asked)
      if (asked.method !== 'eth_sendRawTransaction') return answer
      mined.resolve(answer)
      return 'silence'
    })
    await using process = sender(folder, way.origin, ['count/1'])
    const { result } = (await mined.promise) as { readonly result: string }
    await process.kill()
    expect(await world.count()).toBe(1)
    const { desk } = await openDesk(world.chain.url, { folder })
    const record = await desk.perform(countCall('count/1'))
    expect(record.mined!.hash).toBe(result)
    expect(await world.count()).toBe(1)
  })

  it('before anything was signed has only a plan, which the next run carries out', async () => {
    const world = await fundedWorld()
    const folder = join(temporaryFolder(), 'node')
    let estimates = 0
    const held = Promise.withResolvers<void>()
    const way = await RpcServer.start((asked) => {
      // The second one is asked for right before it is signed.
      if (asked.method !== 'eth_estimateGas' || ++estimates < 2) return handOn(world.chain.url, asked)
      held.resolve()
      return 'silence'
    })
    await using process = sender(folder, way.origin, ['count/1'])
    await held.promise
    await process.kill()
    const { desk } = await openDesk(world.chain.url, { folder })
    expect(['planned', 'signed', 'sent', 'mined', 'confirmed']).toContain(desk.find('count/1')!.state)
    expect((await desk.settled('count/1')).state).toBe('confirmed')
    expect(await world.count()).toBe(1)
  })

  it('at random moments makes each transaction once, under numbers without gaps', async () => {
    const world = await fundedWorld()
    const folder = join(temporaryFolder(), 'node')
    const purposes = Array.from({ length: 8 }, (_, i) => `count/${i}`)
    const moments = fc.sample(fc.integer({ min: 1, max: 14 }), { numRuns: 6, seed: 20_260_101 })
    for (const moment of moments) {
      await using process = sender(folder, world.chain.url, purposes)
      await process.until((messages) => messages.length >= moment)
      await process.kill()
    }
    const { desk } = await openDesk(world.chain.url, { folder })
    const records = await Promise.all(purposes.map((purpose) => desk.perform(countCall(purpose))))
    expect(records.map(({ nonce }) => Number(nonce)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(await world.count()).toBe(8)
  })
})

describe('a chain that is killed', () => {
  it('and has forgotten seconds of what it had confirmed gets them again, once each', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'chain.json')
    const first = await EmbeddedChain.start({ folder })
    const { port } = new URL(first.url)
    await first.ask('anvil_setCode', [COUNTER, '0x600054600101600055'])
    const signer = await signerOf('sender')
    await first.fund(signer.address, COIN)
    await first[Symbol.asyncDispose]()
    const written = readFileSync(state)
    const second = await EmbeddedChain.start({ folder, port: Number(port) })
    const { desk, failures, steps } = await openDesk(second.url, { signer })
    await Promise.all([desk.perform(countCall('count/1')), desk.perform(countCall('count/2'))])
    process.kill(second.pid!, 'SIGKILL')
    await second.ended
    // A snapshot that was under way would be written over what is put there below.
    await second[Symbol.asyncDispose]()
    const waiting = errorOf(desk.submit(countCall('count/3')))
    expect((await waiting).code).toBe('CHAIN_UNREACHABLE')
    // As where the kill came before it had written more.
    writeFileSync(state, written)
    await using third = await EmbeddedChain.start({ folder, port: Number(port) })
    expect((await desk.perform(countCall('count/3'))).state).toBe('confirmed')
    await expect
      .poll(() => ['count/1', 'count/2', 'count/3'].map((purpose) => desk.find(purpose)?.state))
      .toEqual(['confirmed', 'confirmed', 'confirmed'])
    const forgotten = steps.filter(({ kind }) => kind === 'unmined').map(({ record }) => record.purpose)
    expect(forgotten.sort()).toEqual(['count/1', 'count/2'])
    expect(Number(await third.ask('eth_getStorageAt', [COUNTER, '0x0', 'latest']))).toBe(3)
    expect(failures.map(({ code }) => code)).not.toContain('BUG')
  })
})

describe('the way to the chain', () => {
  it('that breaks in the middle is told once, and what is open goes on when it is back', async () => {
    const world = await fundedWorld()
    const way = await RpcServer.start((asked) => handOn(world.chain.url, asked))
    const { port } = way
    const { desk, failures, step } = await openDesk(way.origin, { tuning: { confirmations: 2 } })
    await desk.submit(countCall('count/1'))
    await step(changedTo('mined'))
    await way[Symbol.asyncDispose]()
    await expect.poll(() => failures.map(({ code }) => code)).toEqual(['CHAIN_UNREACHABLE'])
    await world.mine()
    await way.listen(port)
    expect((await desk.settled('count/1')).state).toBe('confirmed')
    expect(failures).toHaveLength(1)
  })

  it('has a second endpoint, over which a transaction goes that the first one swallowed', async () => {
    const world = await fundedWorld()
    const way = await RpcServer.start((asked) =>
      asked.method === 'eth_sendRawTransaction' ? 'hang up' : handOn(world.chain.url, asked),
    )
    const { desk } = await openDesk([way.origin, world.chain.url])
    expect((await desk.perform(countCall('count/1'))).state).toBe('confirmed')
    expect(way.times('eth_sendRawTransaction')).toBe(1)
    expect(await world.count()).toBe(1)
  })

  it('that leads to another chain lets nothing be planned', async () => {
    const world = await fundedWorld()
    const way = await RpcServer.start((asked) =>
      asked.method === 'eth_chainId' ? { result: '0x1' } : handOn(world.chain.url, asked),
    )
    const { desk } = await openDesk(way.origin)
    expect(await errorOf(desk.submit(countCall('count/1')))).toMatchObject({
      code: 'CHAIN_WRONG',
      facts: { found: 1n },
    })
    expect(desk.find('count/1')).toBeUndefined()
  })

  it('that counts a transaction as mined and has no receipt of it proves nothing: it is not made again', async () => {
    const world = await fundedWorld()
    let withholds = true
    const way = await RpcServer.start((asked) =>
      withholds && asked.method === 'eth_getTransactionReceipt' ? { result: null } : handOn(world.chain.url, asked),
    )
    const { desk, steps, step } = await openDesk(way.origin)
    await desk.submit(countCall('count/1'))
    await step(changedTo('sent'))
    await expect.poll(() => world.count()).toBe(1)
    await world.mine(3)
    const before = desk.looks
    await expect.poll(() => desk.looks - before).toBeGreaterThanOrEqual(3)
    expect(desk.find('count/1')).toMatchObject({ state: 'sent', nonce: 0n })
    withholds = false
    expect((await desk.settled('count/1')).state).toBe('confirmed')
    expect(steps.filter(({ kind }) => kind === 'displaced')).toEqual([])
    expect(await world.count()).toBe(1)
  })

  it('that shows an old head and no receipts after a failover makes nothing twice', async () => {
    const world = await fundedWorld()
    let isBehind = false
    const way = await RpcServer.start((asked) => {
      if (!isBehind) return handOn(world.chain.url, asked)
      // As the chain was before: nothing mined, nothing known, and it takes anything.
      if (asked.method === 'eth_getTransactionReceipt') return { result: null }
      if (asked.method === 'eth_getTransactionCount') return { result: '0x0' }
      return handOn(world.chain.url, asked)
    })
    const { desk, steps } = await openDesk(way.origin, { tuning: { confirmations: 3 } })
    await desk.submit(countCall('count/1'))
    await expect.poll(() => desk.find('count/1')?.state).toBe('mined')
    isBehind = true
    await expect.poll(() => steps.some(({ kind }) => kind === 'unmined')).toBe(true)
    await desk.submit(countCall('count/2'))
    await expect.poll(() => world.count()).toBe(2)
    isBehind = false
    await world.mine(3)
    await Promise.all(['count/1', 'count/2'].map((purpose) => desk.settled(purpose)))
    expect(await world.count()).toBe(2)
    expect(steps.filter(({ kind }) => kind === 'displaced')).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import type { TransactionDesk as Desk } from '../../../node/chain/transactions/transaction-desk.ts'
import type { TransactionStep } from '../../../node/chain/transactions/transaction-record.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import { COIN, countCall, GWEI, MOODY, signerOf } from '../../support/chain/chain-calls.ts'
import { ChainWorld, errorText, openDesk } from '../../support/chain/chain-world.ts'
import { nextSecond } from '../../support/chain/next-second.ts'

const errorOf = (call: Promise<unknown>): Promise<MeshError> =>
  call.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: MeshError) => error,
  )
const changedTo =
  (state: string, purpose?: string) =>
  (step: TransactionStep): boolean =>
    step.kind === 'changed' && step.record.state === state && (purpose === undefined || step.record.purpose === purpose)
const kind =
  (wanted: TransactionStep['kind'], purpose?: string) =>
  (step: TransactionStep): boolean =>
    step.kind === wanted && (purpose === undefined || step.record.purpose === purpose)

/** A look takes milliseconds, and seconds where other tests run beside it. */
const ON_A_BUSY_MACHINE = { interval: 10 }

/** A desk whose account has gas money. */
async function fundedDesk(world: ChainWorld, options: Parameters<typeof openDesk>[1] = {}) {
  const opened = await openDesk(world.chain.url, options)
  await world.chain.fund(opened.signer.address, COIN)
  return opened
}

describe('a transaction', () => {
  it('is durable before it is signed and signed before it is sent, then mined and confirmed', async () => {
    const world = await ChainWorld.start()
    const { desk, step, steps } = await fundedDesk(world, { tuning: { confirmations: 3 } })
    const done = desk.perform(countCall('count/1'))
    await step(changedTo('mined'))
    await world.mine(2)
    const record = await done
    expect(steps.map((step) => step.kind === 'changed' && step.record.state)).toEqual([
      'planned',
      'signed',
      'sent',
      'mined',
      'confirmed',
    ])
    expect(record).toMatchObject({ state: 'confirmed', nonce: 0n, mined: { blockNumber: 1n } })
    const spent = COIN - (await rpcBalance(world, desk.sender))
    expect(record.mined!.feeWei).toBe(spent)
    expect(await world.count()).toBe(1)
  })

  it('is not sent again for a purpose that is known, whoever asks and however often', async () => {
    const world = await ChainWorld.start()
    const { desk } = await fundedDesk(world)
    const asked = await Promise.all([1, 2, 3].map(() => desk.perform(countCall('count/1'))))
    expect(new Set(asked.map(({ mined }) => mined!.hash)).size).toBe(1)
    await desk.perform(countCall('count/1', { to: MOODY }))
    await desk.perform(countCall('count/2'))
    expect(await world.count()).toBe(2)
    expect(await world.count(MOODY)).toBe(0)
  })

  it('costs what was quoted, at most, and a quote changes nothing', async () => {
    const world = await ChainWorld.start()
    const { desk } = await fundedDesk(world)
    const quote = await desk.quote(countCall('count/1'))
    expect(desk.find('count/1')).toBeUndefined()
    expect(await world.count()).toBe(0)
    const { mined } = await desk.perform(countCall('count/1'))
    expect(mined!.gasUsed).toBeLessThanOrEqual(quote.gas)
    expect(mined!.feeWei).toBeLessThanOrEqual(quote.feeWei)
    expect(quote.feeWei).toBeLessThan(quote.feeWeiMax)
  })

  it('that the contract would refuse is refused before anything is written, with the reason', async () => {
    const world = await ChainWorld.start()
    await world.setMood(true)
    const { desk } = await fundedDesk(world)
    const error = await errorOf(desk.submit(countCall('count/1', { to: MOODY })))
    expect(error).toMatchObject({ code: 'TRANSACTION_REVERTS', facts: { purpose: 'count/1', reason: 'not today' } })
    expect(desk.find('count/1')).toBeUndefined()
    const named = await fundedDesk(world, {
      needs: { errorNames: (data) => (data === errorText('not today') ? 'NotToday(weekday: 3)' : undefined) },
    })
    expect((await errorOf(named.desk.quote(countCall('count/1', { to: MOODY })))).facts.reason).toBe(
      'NotToday(weekday: 3)',
    )
  })

  it('that the contract refuses once it is mined has failed, with the reason and its fee', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await world.automine(false)
    const done = errorOf(desk.perform(countCall('count/1', { to: MOODY })))
    await step(changedTo('sent'))
    await world.setMood(true)
    await world.mine()
    expect(await done).toMatchObject({ code: 'TRANSACTION_FAILED', facts: { reason: 'not today' } })
    const record = desk.find('count/1')!
    expect(record.state).toBe('failed')
    expect(record.mined!.feeWei).toBeGreaterThan(0n)
    expect(await world.count(MOODY)).toBe(0)
  })

  it('without gas money is refused with what there is and what it may cost', async () => {
    const world = await ChainWorld.start()
    const { desk, signer } = await openDesk(world.chain.url)
    expect(await errorOf(desk.submit(countCall('count/1')))).toMatchObject({
      code: 'GAS_SHORT',
      facts: { address: signer.address, have: '0', chainId: 31_337n },
    })
    expect(desk.open()).toEqual([])
    await world.chain.fund(signer.address, COIN)
    const error = await errorOf(desk.submit(countCall('count/1', { valueWei: 2n * COIN, to: signer.address })))
    expect(error.code).toBe('GAS_SHORT')
    expect(error.message).toMatch(/holds 1 of the coin that pays for gas, and count\/1 may cost 2/)
  })

  it('waits for gas money that went elsewhere meanwhile, and goes once it is there', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await world.baseFee(50n * GWEI)
    await world.mine()
    await desk.submit(countCall('count/1', { feePerGasMax: 20n * GWEI }))
    expect(await step(kind('waiting'))).toMatchObject({ error: { code: 'FEES_HIGH' } })
    await world.chain.fund(desk.sender, 1n)
    await world.baseFee(GWEI)
    await world.mine()
    expect(await step((it) => it.kind === 'waiting' && it.error.code === 'GAS_SHORT')).toBeDefined()
    await world.chain.fund(desk.sender, COIN)
    expect((await desk.settled('count/1')).state).toBe('confirmed')
  })

  it('goes on where its caller gives up waiting', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await world.automine(false)
    const cancel = new AbortController()
    const done = errorOf(desk.perform(countCall('count/1'), { signal: cancel.signal }))
    await step(changedTo('sent'))
    cancel.abort()
    expect((await done).code).toBe('CANCELLED')
    await world.mine()
    expect((await desk.settled('count/1')).state).toBe('confirmed')
  })

  it('is one of so many that are open at once', async () => {
    const world = await ChainWorld.start()
    const { desk } = await fundedDesk(world)
    await world.automine(false)
    for (let i = 0; i < 16; i++) await desk.submit(countCall(`count/${i}`))
    expect(await errorOf(desk.submit(countCall('count/16')))).toMatchObject({ code: 'LIMIT', facts: { max: 16 } })
    await expect.poll(() => desk.open().every(({ state }) => state === 'sent'), ON_A_BUSY_MACHINE).toBe(true)
    await world.automine(true)
    await world.mine()
    await Promise.all(Array.from({ length: 16 }, (_, i) => desk.settled(`count/${i}`)))
    expect(await world.count()).toBe(16)
  })
})

describe('fees', () => {
  it('above the ceiling are waited out, and said; a dear purpose goes before', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await world.baseFee(50n * GWEI)
    await world.mine()
    expect((await desk.quote(countCall('x', { feePerGasMax: 20n * GWEI }))).waits).toBe(true)
    await desk.submit(countCall('cheap/1', { feePerGasMax: 20n * GWEI }))
    const waiting = await step(kind('waiting', 'cheap/1'))
    expect(waiting).toMatchObject({ error: { code: 'FEES_HIGH', facts: { max: 20n * GWEI } } })
    expect((await desk.perform(countCall('urgent/1', { feePerGasMax: 200n * GWEI }))).nonce).toBe(0n)
    expect(desk.find('cheap/1')!.state).toBe('planned')
    await world.baseFee(2n * GWEI)
    await world.mine()
    const record = await desk.settled('cheap/1')
    expect(record).toMatchObject({ state: 'confirmed', nonce: 1n })
  })

  it('may be let up by who asks again with a higher ceiling', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await world.baseFee(50n * GWEI)
    await world.mine()
    await desk.submit(countCall('count/1', { feePerGasMax: 20n * GWEI }))
    await step(kind('waiting'))
    expect((await desk.perform(countCall('count/1', { feePerGasMax: 200n * GWEI }))).state).toBe('confirmed')
    expect(await world.count()).toBe(1)
  })

  it('that nobody wants to wait for: what was never signed can be taken back', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await world.baseFee(50n * GWEI)
    await world.mine()
    const done = errorOf(desk.perform(countCall('count/1', { feePerGasMax: 20n * GWEI })))
    await step(kind('waiting'))
    expect(await desk.withdraw('count/1')).toBe(true)
    expect((await done).code).toBe('NOT_FOUND')
    await desk.perform(countCall('count/2'))
    expect(await desk.withdraw('count/2')).toBe(false)
  })

  it('of one that blocks pass by are raised by an eighth at least, for the same number, up to the ceiling', async () => {
    const world = await ChainWorld.start()
    const { desk, journal, step, steps } = await fundedDesk(world)
    await world.automine(false)
    await desk.submit(countCall('count/1', { feePerGasMax: 60n * GWEI }))
    await step(changedTo('sent'))
    const first = journal.forms({ purpose: 'count/1' })[0]!
    await mineAt(world, 20n * GWEI, 3)
    await step(kind('raised'))
    const [second] = journal.forms({ purpose: 'count/1' })
    expect(second!.fees.feeMax).toBeGreaterThanOrEqual((first.fees.feeMax * 9n) / 8n)
    expect(second!.fees.tipMax).toBeGreaterThanOrEqual((first.fees.tipMax * 9n) / 8n)
    expect(second!.fees.feeMax).toBeLessThanOrEqual(60n * GWEI)
    // Far above the ceiling: it waits, and says so.
    await mineAt(world, 500n * GWEI, 3)
    await step((it) => it.kind === 'waiting' && it.error.code === 'FEES_HIGH')
    for (const { fees } of journal.forms({ purpose: 'count/1' })) expect(fees.feeMax).toBeLessThanOrEqual(60n * GWEI)
    await world.automine(true)
    await mineAt(world, GWEI, 1)
    const record = await desk.settled('count/1')
    expect(record).toMatchObject({ state: 'confirmed', nonce: 0n })
    expect(await world.count()).toBe(1)
    expect(steps.filter(kind('displaced'))).toEqual([])
  })
})

describe('the number of a transaction', () => {
  it('that a foreign one of the same key took is given up for another, and only once that is beyond doubt', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world, { tuning: { confirmations: 2 } })
    await world.automine(false)
    await desk.submit(countCall('count/1'))
    await step(changedTo('sent'))
    const foreign = await world.foreign(desk.sender, 0n)
    await world.mine()
    expect(await world.count()).toBe(1)
    // It may still be given up: two looks later the desk has done nothing about it.
    await looks(desk, 3)
    expect(desk.find('count/1')).toMatchObject({ state: 'sent', nonce: 0n })
    await world.automine(true)
    await world.mine()
    expect(await step(kind('displaced'))).toMatchObject({ by: foreign, record: { state: 'planned' } })
    await step(changedTo('mined'))
    await world.mine()
    expect(await desk.settled('count/1')).toMatchObject({ state: 'confirmed', nonce: 1n })
    expect(await world.count()).toBe(2)
  })

  it('that nobody has, and others wait for, is filled', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await world.automine(false)
    const foreign = await world.foreign(desk.sender, 0n)
    await desk.submit(countCall('count/1'))
    await step(changedTo('sent'))
    expect(desk.find('count/1')!.nonce).toBe(1n)
    await world.chain.ask('anvil_dropTransaction', [foreign])
    await step(changedTo('sent', 'fill/0'))
    await world.automine(true)
    await world.mine()
    await desk.settled('count/1')
    expect(await desk.settled('fill/0')).toMatchObject({ state: 'confirmed', nonce: 0n })
    expect(await world.count()).toBe(1)
  })
})

describe('a chain that changes its mind', () => {
  it('has given up the block of one that was not deep enough: the same bytes are sent again', async () => {
    const world = await ChainWorld.start()
    const { desk, step, steps } = await fundedDesk(world, { tuning: { confirmations: 3 } })
    await desk.submit(countCall('count/1'))
    const { record } = await step(changedTo('mined'))
    await world.chain.ask('anvil_reorg', [1, []])
    await step(kind('unmined'))
    await expect.poll(() => desk.find('count/1')?.state, ON_A_BUSY_MACHINE).toBe('mined')
    await world.mine(2)
    const settled = await desk.settled('count/1')
    expect(settled.state).toBe('confirmed')
    expect(settled.mined!.hash).toBe(record.mined!.hash)
    expect(steps.filter(kind('displaced'))).toEqual([])
    expect(await world.count()).toBe(1)
  })

  it('has put it into another block: that is where it is from then on', async () => {
    const world = await ChainWorld.start()
    const { desk, journal, rpc, step } = await fundedDesk(world, { tuning: { confirmations: 3 } })
    await desk.submit(countCall('count/1'))
    const { record } = await step(changedTo('mined'))
    const [form] = journal.forms(record)
    await world.chain.ask('anvil_reorg', [1, [[toHex(form!.raw), 0]]])
    await world.mine(2)
    const { mined } = await desk.settled('count/1')
    expect(mined!.hash).toBe(record.mined!.hash)
    expect(mined!.blockHash).not.toBe(record.mined!.blockHash)
    expect(mined!.blockHash).toBe(await rpc.blockHash(mined!.blockNumber))
    expect(await world.count()).toBe(1)
  })

  it('has forgotten what it confirmed, as one that was killed: it is sent again', async () => {
    const world = await ChainWorld.start()
    const { desk, step } = await fundedDesk(world)
    await desk.perform(countCall('count/1'))
    await desk.perform(countCall('count/2'))
    await world.chain.ask('anvil_reorg', [2, []])
    // Something that is to do makes the desk look.
    await desk.perform(countCall('count/3'))
    await step(kind('unmined', 'count/1'))
    await expect
      .poll(() => ['count/1', 'count/2'].map((it) => desk.find(it)?.state), ON_A_BUSY_MACHINE)
      .toEqual(['confirmed', 'confirmed'])
    expect(await world.count()).toBe(3)
  })

  it('began with another block is another chain, whatever its id: nothing is sent', async () => {
    const world = await ChainWorld.start()
    const { folder } = await leaveFolder(world)
    // The block of a chain that begins within the same second is the same.
    await nextSecond()
    const other = await ChainWorld.start()
    await other.chain.fund((await signerOf('sender')).address, COIN)
    const { desk, failures } = await openDesk(other.chain.url, { folder })
    await desk.submit(countCall('count/2'))
    await expect.poll(() => failures.map(({ code }) => code), ON_A_BUSY_MACHINE).toEqual(['CHAIN_RESTARTED'])
    expect(desk.find('count/2')!.state).toBe('planned')
    expect(await other.count()).toBe(0)
  })
})

/** The desk has looked so many times more. */
async function looks(desk: Desk, times: number): Promise<void> {
  const before = desk.looks
  await expect.poll(() => desk.looks - before, ON_A_BUSY_MACHINE).toBeGreaterThanOrEqual(times)
}

async function mineAt(world: ChainWorld, baseFeeWei: bigint, blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    await world.baseFee(baseFeeWei)
    await world.mine()
  }
}

async function rpcBalance(world: ChainWorld, of: string): Promise<bigint> {
  return BigInt((await world.chain.ask('eth_getBalance', [of, 'latest'])) as string)
}

/** The data folder of a run that has ended. */
async function leaveFolder(world: ChainWorld): Promise<{ readonly folder: string }> {
  const { temporaryFolder } = await import('../../support/temporary-folder.ts')
  const folder = `${temporaryFolder()}/node`
  await using opened = await openDesk(world.chain.url, { folder })
  await world.chain.fund(opened.signer.address, COIN)
  await opened.desk.perform(countCall('count/1'))
  return { folder }
}

/**
 * The desk's process and the chain are killed again and again while transactions are made. What the chain forgot is made once more,
 * and in the end each purpose has been mined exactly once. `KILLS=<n>` sets how many, `FC_SEED` another order.
 */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EmbeddedChain } from '../../bootstrap/localnet/embedded-chain.ts'
import { COIN, COUNTER, countCall, signerOf } from '../support/chain/chain-calls.ts'
import { openDesk } from '../support/chain/chain-world.ts'
import { ScriptProcess } from '../support/processes/child-process.ts'
import type { SendMessage } from '../support/processes/send-transactions.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import '../support/property-seed.ts'

const KILLS = Number(process.env.KILLS ?? 100)
/** Of one run of the desk: below what may be open at once. */
const PURPOSES_A_RUN = 5
/** As on a network of one machine. */
const CONFIRMATIONS = 2

test('after every kill each purpose has been mined once', async () => {
  const [chainFolder, folder] = [temporaryFolder(), join(temporaryFolder(), 'node')]
  const start = (port: number): Promise<EmbeddedChain> =>
    EmbeddedChain.start({ folder: chainFolder, port, blockSeconds: 1 })
  let chain = await EmbeddedChain.start({ folder: chainFolder, blockSeconds: 1 })
  const port = Number(new URL(chain.url).port)
  await chain.ask('anvil_setCode', [COUNTER, '0x600054600101600055'])
  await chain.fund((await signerOf('sender')).address, COIN)
  // Written to disk before anything is killed.
  await chain[Symbol.asyncDispose]()
  chain = await start(port)

  const purposes: string[] = []
  const moments = fc.sample(fc.record({ isChain: fc.boolean(), messages: fc.integer({ min: 1, max: 25 }) }), KILLS)
  for (const [round, { isChain, messages: moment }] of moments.entries()) {
    const fresh = Array.from({ length: PURPOSES_A_RUN }, (_, i) => `count/${round}-${i}`)
    purposes.push(...fresh)
    await using desk = new ScriptProcess<SendMessage>('send-transactions.ts', [
      ...[folder, chain.url, String(CONFIRMATIONS), 'lasting'],
      ...fresh,
    ])
    await desk.until((messages) => messages.length >= moment)
    if (isChain) {
      process.kill(chain.pid!, 'SIGKILL')
      await chain.ended
      await chain[Symbol.asyncDispose]()
      chain = await start(port)
    }
    // Where the chain was killed the desk is killed too, at another moment of its return.
    await desk.until((messages) => messages.length >= moment + 3)
    await desk.kill()
  }

  const { desk, failures } = await openDesk(chain.url, { folder, tuning: { confirmations: CONFIRMATIONS } })
  await expect.poll(() => desk.open().length, { timeout: 60_000 }).toBe(0)
  // What was not even planned when the kill came is planned now.
  for (const purpose of purposes) await desk.perform(countCall(purpose))
  await expect.poll(() => desk.open().length, { timeout: 60_000 }).toBe(0)
  expect(Number(await chain.ask('eth_getStorageAt', [COUNTER, '0x0', 'latest']))).toBe(purposes.length)
  expect(purposes.map((purpose) => desk.find(purpose)?.state)).toEqual(purposes.map(() => 'confirmed'))
  expect(failures.map(({ code }) => code)).not.toContain('BUG')
  await chain[Symbol.asyncDispose]()
})

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anvilBinary } from '../../../bootstrap/localnet/anvil-binary.ts'
import { EmbeddedChain, type EmbeddedChainOptions } from '../../../bootstrap/localnet/embedded-chain.ts'
import { ChainRpc } from '../../../node/chain/rpc/chain-rpc.ts'
import { RpcPool } from '../../../node/chain/rpc/rpc-pool.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { address } from '../../../protocols/kernel/ids.ts'
import { COUNTER } from '../../support/chain/chain-calls.ts'
import { nextSecond } from '../../support/chain/next-second.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const SOMEBODY = address(`0x${'ab'.repeat(20)}`)

async function start(options: Partial<EmbeddedChainOptions> = {}): Promise<EmbeddedChain> {
  const chain = await EmbeddedChain.start({ folder: temporaryFolder(), ...options })
  onTestFinished(() => chain[Symbol.asyncDispose]())
  return chain
}

function rpcOf({ url }: { readonly url: string }): ChainRpc {
  const pool = new RpcPool({
    endpoints: [url],
    chainId: 31_337n,
    clock: systemClock,
    periodSeconds: 1,
    isSteady: false,
  })
  onTestFinished(() => pool[Symbol.dispose]())
  return new ChainRpc(pool)
}

const SOON = { interval: 20 }

describe('the development chain', () => {
  it('is up when it says so, gives gas money, moves time, and has no accounts that everybody knows', async () => {
    const chain = await start()
    const rpc = rpcOf(chain)
    expect(chain.began).toBe('new')
    expect(await chain.ask('eth_accounts')).toEqual([])
    await chain.fund(SOMEBODY, 5n * 10n ** 18n)
    expect(await rpc.balance(SOMEBODY)).toBe(5n * 10n ** 18n)
    const before = await rpc.head()
    await chain.moveTime(14 * 86_400)
    const after = await rpc.head()
    expect(after.blockTime - before.blockTime).toBeGreaterThanOrEqual(14n * 86_400n)
  })

  it('goes on where it was stopped', async () => {
    const folder = temporaryFolder()
    const first = await start({ folder })
    await first.fund(SOMEBODY, 7n)
    for (let i = 0; i < 3; i++) await first.ask('evm_mine')
    const { blockHash } = await rpcOf(first).head()
    await first[Symbol.asyncDispose]()
    const second = await start({ folder })
    expect(second.began).toBe('kept')
    expect(await rpcOf(second).balance(SOMEBODY)).toBe(7n)
    expect((await rpcOf(second).head()).blockHash).toBe(blockHash)
  })

  it('begins with the same block after every restart', async () => {
    const folder = temporaryFolder()
    const first = await start({ folder })
    await first.ask('evm_mine')
    const genesis = await rpcOf(first).blockHash(0n)
    await first[Symbol.asyncDispose]()
    // A first block of another second would be another one.
    await nextSecond()
    for (let restart = 0; restart < 3; restart++) {
      await using again = await EmbeddedChain.start({ folder })
      expect(await rpcOf(again).blockHash(0n)).toBe(genesis)
      await again.ask('evm_mine')
      const now = (await rpcOf(again).head()).blockTime
      expect(Math.abs(Number(now) - Date.now() / 1_000)).toBeLessThan(5)
    }
  })

  it('never goes back in time, also where its time was moved before it was stopped', async () => {
    const folder = temporaryFolder()
    const first = await start({ folder })
    await first.moveTime(14 * 86_400)
    const before = await rpcOf(first).head()
    await first[Symbol.asyncDispose]()
    const second = await start({ folder })
    await second.ask('evm_mine')
    expect((await rpcOf(second).head()).blockTime).toBeGreaterThanOrEqual(before.blockTime)
  })

  it('goes on where it was killed, from its last snapshot', async () => {
    const folder = temporaryFolder()
    const first = await start({ folder })
    await first.fund(SOMEBODY, 7n)
    await first.ask('evm_mine')
    const { blockHash } = await rpcOf(first).head()
    // The next block names it.
    await first.ask('evm_mine')
    await expect.poll(() => holds(join(folder, 'chain.json'), blockHash), SOON).toBe(true)
    process.kill(first.pid!, 'SIGKILL')
    await first.ended
    const second = await start({ folder })
    expect(await rpcOf(second).balance(SOMEBODY)).toBe(7n)
  })

  it('killed while it mines has no effect of a transaction that is in none of its blocks', async () => {
    const folder = temporaryFolder()
    let chain = await start({ folder })
    await chain.ask('anvil_setCode', [COUNTER, '0x600054600101600055'])
    await chain.fund(SOMEBODY, 10n ** 18n)
    for (let round = 0; round < 2; round++) {
      await chain.ask('anvil_impersonateAccount', [SOMEBODY])
      let isKilled = false
      const sending = (async () => {
        while (!isKilled) await chain.ask('eth_sendTransaction', [{ from: SOMEBODY, to: COUNTER, gas: '0x10000' }])
      })().catch(() => undefined)
      const before = statSync(join(folder, 'chain.json'), { throwIfNoEntry: false })?.mtimeMs
      await expect
        .poll(() => statSync(join(folder, 'chain.json'), { throwIfNoEntry: false })?.mtimeMs, SOON)
        .not.toBe(before)
      process.kill(chain.pid!, 'SIGKILL')
      isKilled = true
      await Promise.all([sending, chain.ended])
      chain = await start({ folder })
      const { blockNumber } = await rpcOf(chain).head()
      let mined = 0
      for (let block = 0; block <= Number(blockNumber); block++) {
        mined += Number(await chain.ask('eth_getBlockTransactionCountByNumber', [`0x${block.toString(16)}`]))
      }
      expect(Number(await chain.ask('eth_getStorageAt', [COUNTER, '0x0', 'latest']))).toBe(mined)
      expect(Number(await chain.ask('eth_getTransactionCount', [SOMEBODY, 'latest']))).toBe(mined)
    }
  })

  it('says so where its snapshot cannot be read, and leaves it there', async () => {
    const folder = temporaryFolder()
    const state = join(folder, 'chain.json')
    writeFileSync(state, '{"half":')
    expect((await start({ folder })).began).toBe('lost')
    expect(readFileSync(`${state}.damaged`, 'utf8')).toBe('{"half":')
  })

  it('mines a transaction at once and blocks by the clock, where it is told to', async () => {
    const chain = await start({ blockSeconds: 1 })
    const rpc = rpcOf(chain)
    const { blockNumber } = await rpc.head()
    await expect.poll(async () => (await rpc.head()).blockNumber, SOON).toBeGreaterThanOrEqual(blockNumber + 2n)
  })

  it('makes few blocks while nothing happens, and one a second where something did', async () => {
    const chain = await start({ blockSeconds: 1, idleSeconds: 3_600 })
    const rpc = rpcOf(chain)
    const { blockNumber } = await rpc.head()
    await chain.ask('evm_mine')
    await expect.poll(async () => (await rpc.head()).blockNumber, SOON).toBeGreaterThanOrEqual(blockNumber + 3n)
  })

  it('says so where the port is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { readonly port: number }
    await expect(start({ port })).rejects.toMatchObject({ code: 'PORT_IN_USE', facts: { port } })
  })

  it('says what is missing where its program is not installed or does not run', async () => {
    await expect(start({ binary: '/bin/false' })).rejects.toMatchObject({ code: 'LOCAL_CHAIN' })
    const here = { platform: 'sunos', arch: 'sparc' }
    expect(() => anvilBinary(here)).toThrow(/@foundry-rs\/anvil-sunos-sparc is not installed/)
  })

  it('ends its start with the signal', async () => {
    await expect(start({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  for (const orphans of ['signal', 'lifeline'] as const) {
    it.skipIf(orphans === 'signal' && process.platform !== 'linux')(
      `ends with a process that is killed, by ${orphans}`,
      async () => {
        await using owner = new ScriptProcess<{ readonly url: string }>('chain-owner.ts', [temporaryFolder(), orphans])
        await owner.until((messages) => messages.length > 0)
        const { url } = owner.messages[0]!
        const answers = (): Promise<boolean> =>
          fetch(url).then(
            () => true,
            () => false,
          )
        expect(await answers()).toBe(true)
        await owner.kill()
        await expect.poll(answers, SOON).toBe(false)
      },
    )
  }
})

function holds(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes(text.slice(2))
  } catch {
    // Not written yet.
    return false
  }
}

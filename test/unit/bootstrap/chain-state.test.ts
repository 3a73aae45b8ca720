import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ChainState } from '../../../bootstrap/localnet/chain-state.ts'
import { readAddresses } from '../../../bootstrap/localnet/local-settlement.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const GENESIS = { header: { number: '0x0', timestamp: '0x64' } }

/** Of a chain with one block, whose snapshot is this text. @param ready the chain answers then */
function stateOf(text: string, bytesMax?: number, ready: Promise<void> = Promise.resolve()) {
  const state = new ChainState(temporaryFolder(), bytesMax)
  state.begin({
    clock: new ManualClock(),
    height: async () => 1,
    dump: async () => {
      await ready
      return gzipSync(text)
    },
    pause: async () => async () => undefined,
    onFailure: () => undefined,
  })
  return state
}

describe('the contracts of a local network', () => {
  it('are made anew where no file names them, and not where it cannot be read now', () => {
    const path = join(temporaryFolder(), 'contracts.json')
    expect(readAddresses(path)).toBeUndefined()
    writeFileSync(path, '{"token":')
    expect(readAddresses(path)).toBeUndefined()
    rmSync(path)
    mkdirSync(path)
    expect(() => readAddresses(path)).toThrow(expect.objectContaining({ code: 'LOCAL_CHAIN' }))
  })
})

describe('the file of a development chain', () => {
  it('is what the next start goes on with', async () => {
    const folder = temporaryFolder()
    expect(new ChainState(folder).prepare()).toEqual({ began: 'new' })
    writeFileSync(join(folder, 'chain.json'), JSON.stringify({ blocks: [GENESIS] }))
    expect(new ChainState(folder).prepare()).toEqual({ began: 'kept', genesisSeconds: 100 })
  })

  it.each(['{"blocks": [', '{}', '{"blocks": []}'])('is laid aside where it is none: %s', (text) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'chain.json'), text)
    expect(new ChainState(folder).prepare()).toEqual({ began: 'lost' })
    expect(readFileSync(join(folder, 'chain.json.damaged'), 'utf8')).toBe(text)
  })

  it('stays where it is when it cannot be read now', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'chain.json'))
    expect(() => new ChainState(folder).prepare()).toThrow(
      expect.objectContaining({ code: 'LOCAL_CHAIN', hint: expect.stringContaining('move it away') }),
    )
    expect(existsSync(join(folder, 'chain.json'))).toBe(true)
  })

  it('is written by nobody any more once it is said to be settled', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const state = stateOf('the last', undefined, promise)
    void state.keep()
    state[Symbol.dispose]()
    const settled = state.settled()
    resolve()
    await settled
    expect(readFileSync(state.path, 'utf8')).toBe('the last')
  })

  it('is never longer than what a start can read', async () => {
    using short = stateOf('x'.repeat(100), 100)
    expect(await short.keep()).toBe(true)
    expect(readFileSync(short.path, 'utf8')).toHaveLength(100)
    using long = stateOf('x'.repeat(101), 100)
    await expect(long.keep()).rejects.toMatchObject({
      code: 'LOCAL_CHAIN',
      message: expect.stringContaining('longer than 100 bytes'),
    })
    expect(existsSync(long.path)).toBe(false)
  })
})

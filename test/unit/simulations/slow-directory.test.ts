import { describe, expect, it } from 'vitest'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { type DirectoryEntry, directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, NETWORK, REGION, signerOf } from '../../support/virtual/virtual-market.ts'
import { virtualMiner } from '../../support/virtual/virtual-miner.ts'

const LINK = { latencyMs: 20, jitterMs: 0, bytesPerSecond: 2_500_000, lossRate: 0 }
const job = { model: identityModel, inputs: [floats('x', [2], [1, 2])] }

/** Miners with their directories, and one directory beside them that knows those of all and takes `slowMs` to say so. */
async function scene(seed: string, slowMs: number) {
  const world = new VirtualWorld({ seed, hasher: crypto, link: LINK })
  const [miner, hidden] = ['miner', 'hidden'].map((name, i) =>
    virtualMiner({ world, signer: signerOf(seed, name), price: 100n + BigInt(i), serviceMs: 40 }),
  ) as [ReturnType<typeof virtualMiner>, ReturnType<typeof virtualMiner>]
  await world.clock.until(miner.join([]))
  const slow = world.node({ networkId: NETWORK })
  const calls = { open: 0, answered: 0 }
  slow.network.serve(directoryProtocol, async function* (_query, _rest, { signal }): AsyncGenerator<DirectoryEntry> {
    calls.open++
    try {
      await abortable(new Promise<void>((resolve) => void slow.clock.after(slowMs, resolve)), signal)
      calls.answered++
      for (const known of [miner, hidden]) yield { offer: known.board.current!.bytes, ageMs: 0 }
    } finally {
      calls.open--
    }
  })
  await world.clock.until(slow.network.connect(miner.node.network.self, miner.node.network.addresses()))
  await world.clock.until(slow.network.provide(directoryKey(crypto, slow.network.tag, REGION)))
  // Alone with the slow directory: the other one has never heard of it.
  await world.clock.until(hidden.board.start())
  const user = virtualClient(world, signerOf(seed, 'client'), credits(1_000))
  for (const { network } of [miner.node, hidden.node, slow])
    await world.clock.until(user.node.network.connect(network.self, network.addresses()))
  return { world, miner, hidden, user, calls }
}

describe('a client that asks a quick directory and a slow one', () => {
  it('has its answer without the slow one, whose offers it knows soon after', async () => {
    const { world, user, miner, calls } = await scene('slow/1', 4_000)
    const answer = await world.clock.until(user.client.infer(job))
    expect(answer.miner).toBe(miner.address)
    expect(answer.totalMs).toBeLessThan(2_000)
    expect([calls.open, user.client.book.live().length]).toEqual([1, 1])
    await world.clock.advance(4_000)
    expect([calls.open, user.client.book.live().length]).toEqual([0, 2])
    expect(user.events.filter(({ kind }) => kind === 'late-answer')).toHaveLength(1)
    await world.clock.until(user.stop())
  })

  it('waits for the slow one before it says that nobody runs the job', async () => {
    const { world, user, miner, hidden } = await scene('slow/2', 4_000)
    miner.journal.hasSpace = false
    const answer = await world.clock.until(user.client.infer(job))
    expect(answer.miner).toBe(hidden.address)
    await world.clock.until(user.stop())
  })

  it('asks for nothing any more once it is closed', async () => {
    const { world, user, calls } = await scene('slow/3', 9_000)
    await world.clock.until(user.client.search(identityModel))
    expect(calls.open).toBe(1)
    await world.clock.until(user.client[Symbol.asyncDispose]())
    await world.clock.advance(100)
    expect(calls).toEqual({ open: 0, answered: 0 })
  })
})

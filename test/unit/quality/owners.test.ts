import { expect, it } from 'vitest'
import { Owners } from '../../../node/quality/owners.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'

const [miner, owner] = [1, 2].map((n) => address(`0x${`${n}`.repeat(40)}`)) as [Address, Address]

it('asks again where the chain was away, once where it said, and tells of what is a fault of ours', async () => {
  const answers = [
    () => Promise.reject(new MeshError('TIMEOUT', { what: 'the chain', ms: 1 })),
    () => Promise.reject(new TypeError('broken')),
    () => Promise.resolve({ owner, isActive: true, stake: credits(1) }),
  ]
  let asked = 0
  const bugs: unknown[] = []
  using owners = new Owners({ standingOf: () => answers[asked++]!() }, (error) => bugs.push(error))
  for (const _ of answers) {
    expect(owners.ownerOf(miner)).toBeUndefined()
    await owners.settled()
  }
  expect([owners.ownerOf(miner), asked]).toEqual([owner, 3])
  expect(bugs).toEqual([new TypeError('broken')])
})

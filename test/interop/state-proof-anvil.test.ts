/** What a light peer believes of a chain, against a chain that another program keeps. */
import { expect, it } from 'vitest'
import { proveAccount, proveSlot, storageRootOf } from '../../protocols/rules/state-proof/account-proof.ts'
import { openHeader } from '../../protocols/rules/state-proof/block-header.ts'
import { headerOfBlock } from '../../protocols/rules/state-proof/header-of-block.ts'
import { readProofAnswer } from '../../protocols/rules/state-proof/proof-answer.ts'
import { slotAt } from '../../protocols/rules/state-proof/storage-slot.ts'
import { anvilBinary, startAnvil } from '../support/chain/anvil.ts'
import { deployAndWrite } from '../support/state-vectors/record.ts'
import { crypto } from '../support/statement-vectors/cast.ts'

const binary = anvilBinary()

it.skipIf(binary === undefined)(
  'proves every word that anvil stored, and that others were never written',
  async () => {
    await using anvil = await startAnvil(binary!)
    const { block, contract, nobody, words, proofOf } = await deployAndWrite(anvil)
    const { hash, stateRoot } = openHeader(crypto, headerOfBlock(block))
    expect(hash).toBe(block.hash)
    const slots = words.map(([slot]) => slot)
    for (const part of [slots.slice(0, 20), slots.slice(20)]) {
      const answer = readProofAnswer(await proofOf(contract, ...part, slotAt(10_000n)))
      const account = proveAccount(crypto, stateRoot, contract, answer.account)
      for (const slot of part) {
        const word = proveSlot(crypto, storageRootOf(account), slot, answer.slots.get(slot)!)
        expect(word).toBe(words.find(([of]) => of === slot)![1])
      }
      expect(proveSlot(crypto, storageRootOf(account), slotAt(10_000n), answer.slots.get(slotAt(10_000n))!)).toBe(0n)
    }
    const none = readProofAnswer(await proofOf(nobody, slotAt(0n)))
    expect(proveAccount(crypto, stateRoot, nobody, none.account)).toBeUndefined()
    expect(proveSlot(crypto, storageRootOf(undefined), slotAt(0n), none.slots.get(slotAt(0n))!)).toBe(0n)
  },
  60_000,
)

/** What a real chain says of its state, and what is made of it to deceive: recorded once, as times and roots never repeat. */

import { decodeRlp } from 'ethers'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { type Address, address, type Hash32 } from '../../../protocols/kernel/ids.ts'
import { headerOfBlock } from '../../../protocols/rules/state-proof/header-of-block.ts'
import { readProofAnswer } from '../../../protocols/rules/state-proof/proof-answer.ts'
import { slotAt } from '../../../protocols/rules/state-proof/storage-slot.ts'
import { type Anvil, sendAndMine } from '../chain/anvil.ts'

/** Writes the second word of its input into the slot of the first: `sstore(calldataload(0), calldataload(32))`. */
const CONTRACT = '0x67602035600035550060005260086018f3'
/** Enough that the storage's trie has branches under branches. */
const SLOTS = 40

export interface Recorded {
  readonly block: Readonly<Record<string, unknown>>
  readonly contract: Address
  readonly wallet: Address
  readonly nobody: Address
  /** What was written, by slot. */
  readonly words: readonly (readonly [slot: Hash32, word: bigint])[]
  proofOf(account: Address, ...slots: readonly Hash32[]): Promise<unknown>
}

export async function deployAndWrite(anvil: Anvil): Promise<Recorded> {
  const [from] = (await anvil.ask('eth_accounts')) as readonly string[]
  const { contractAddress } = await sendAndMine(anvil, { from, data: CONTRACT })
  const words = Array.from({ length: SLOTS }, (_, i) => [slotAt(BigInt(i)), BigInt(i + 1) ** 9n] as const)
  for (const [slot, word] of words)
    await sendAndMine(anvil, { from, to: contractAddress, data: slot + slotAt(word).slice(2) })
  const block = (await anvil.ask('eth_getBlockByNumber', 'latest', false)) as Readonly<Record<string, unknown>>
  return {
    block,
    contract: address(contractAddress),
    wallet: address(from!),
    nobody: address(`0x${'12'.repeat(20)}`),
    words,
    proofOf: (account, ...slots) => anvil.ask('eth_getProof', account, slots, block.number),
  }
}

type Nodes = readonly string[]
interface Case {
  readonly name: string
  readonly root: string
  readonly key: string
  readonly nodes: Nodes
  /** Hexadecimal; null where it is proven that there is none. */
  readonly value?: string | null
  /** Where the nodes prove nothing. */
  readonly refused?: true
}

/** Everything in the file of vectors. */
export async function recordVectors(chain: Recorded): Promise<object> {
  const { block, contract, wallet, nobody, words } = chain
  const root = block.stateRoot as string
  const [first, second] = [words[3]![0], words[17]![0]]
  const unwritten = slotAt(1_000n)
  const json = (await chain.proofOf(contract, first, second, unwritten)) as { readonly storageHash: string }
  const answer = readProofAnswer(json)
  const hex = (nodes: readonly Uint8Array[]): Nodes => nodes.map(toHex)
  const [account, one, two, none] = [hex(answer.account), ...[...answer.slots.values()].map(hex)] as [
    Nodes,
    Nodes,
    Nodes,
    Nodes,
  ]
  const storage = json.storageHash
  const nobodys = hex(readProofAnswer(await chain.proofOf(nobody)).account)
  const valueAt = (nodes: Nodes): string => toHex(lastValue(fromHex(nodes.at(-1)!)!))
  const slot = { root: storage, key: first, nodes: one }
  const flipped = (node: string): string => `${node.slice(0, -1)}${node.endsWith('0') ? '1' : '0'}`
  const valid: readonly Case[] = [
    { name: 'an account', root, key: contract, nodes: account, value: valueAt(account) },
    { name: 'an account without code', root, key: wallet, ...(await accountOf(chain, wallet)) },
    { name: 'no account', root, key: nobody, nodes: nobodys, value: null },
    { name: 'a slot', ...slot, value: valueAt(one) },
    { name: 'another slot', root: storage, key: second, nodes: two, value: valueAt(two) },
    { name: 'a slot that nobody wrote', root: storage, key: unwritten, nodes: none, value: null },
    { name: 'a slot of an account without storage', root: EMPTY, key: first, nodes: ['0x80'], value: null },
    { name: 'the same without a node', root: EMPTY, key: first, nodes: [], value: null },
  ]
  const refused: readonly Omit<Case, 'refused' | 'value'>[] = [
    { name: 'a wrong root', ...slot, root },
    { name: 'no nodes', ...slot, nodes: [] },
    { name: 'cut off behind the root', ...slot, nodes: one.slice(0, 1) },
    { name: 'cut off before the leaf', ...slot, nodes: one.slice(0, -1) },
    { name: 'two nodes swapped', ...slot, nodes: [one[1]!, one[0]!, ...one.slice(2)] },
    { name: 'the nodes the other way round', ...slot, nodes: one.toReversed() },
    { name: 'the leaf twice', ...slot, nodes: [...one, one.at(-1)!] },
    { name: 'more nodes than a key has digits', ...slot, nodes: [...one, ...Array<string>(65).fill(one.at(-1)!)] },
    { name: 'nodes behind an exclusion', root: storage, key: unwritten, nodes: [...none, one.at(-1)!] },
    { name: 'the proof of another slot', ...slot, nodes: two },
    { name: 'a leaf with another value', ...slot, nodes: [...one.slice(0, -1), flipped(one.at(-1)!)] },
    { name: 'a root with another child', ...slot, nodes: [flipped(one[0]!), ...one.slice(1)] },
    { name: 'a byte behind a node', ...slot, nodes: [...one.slice(0, -1), `${one.at(-1)}00`] },
    { name: 'nodes of an empty trie', root: EMPTY, key: first, nodes: one },
    { name: 'an account under the root of its storage', root: storage, key: contract, nodes: account },
  ]
  const cases: readonly Case[] = [...valid, ...refused.map((what) => ({ ...what, refused: true as const }))]
  return { block, header: toHex(headerOfBlock(block)), cases }
}

async function accountOf(chain: Recorded, of: Address): Promise<{ readonly nodes: Nodes; readonly value: string }> {
  const nodes = readProofAnswer(await chain.proofOf(of)).account
  return { nodes: nodes.map(toHex), value: toHex(lastValue(nodes.at(-1)!)) }
}

const EMPTY = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'

/** The second item of a leaf, as another implementation reads it. */
const lastValue = (leaf: Uint8Array): Uint8Array => fromHex((decodeRlp(leaf) as readonly string[])[1]!)!

/** The answer to `eth_getProof` as bytes, bounded. What it says of values is not even read: only its nodes can prove any. */
import { fromHex } from '../../kernel/bytes.ts'
import { MeshError } from '../../kernel/errors.ts'
import { type Hash32, isHash32 } from '../../kernel/ids.ts'
import { NODE_BYTES_MAX, PROOF_NODES_MAX } from './trie-proof.ts'

/** Slots of one question: an account's words in a vault are two or three. */
const PROOF_SLOTS_MAX = 32

export interface ProofAnswer {
  readonly account: readonly Uint8Array[]
  /** Nodes by slot. */
  readonly slots: ReadonlyMap<Hash32, readonly Uint8Array[]>
}

/** @throws MeshError STATE_UNPROVEN where the JSON is no such answer */
export function readProofAnswer(json: unknown): ProofAnswer {
  const { accountProof, storageProof } = fieldsOf(json)
  if (!Array.isArray(storageProof) || storageProof.length > PROOF_SLOTS_MAX)
    throw unproven(`storageProof is no list of at most ${PROOF_SLOTS_MAX}`)
  const slots = new Map<Hash32, readonly Uint8Array[]>()
  for (const entry of storageProof) {
    const { key, proof } = fieldsOf(entry)
    slots.set(slotOf(key), nodesOf(proof))
  }
  return { account: nodesOf(accountProof), slots }
}

/** Some endpoints give a key back as a short number, whatever was asked. */
function slotOf(key: unknown): Hash32 {
  const text = typeof key === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(key) ? key.toLowerCase() : ''
  const slot = `0x${text.slice(2).padStart(64, '0')}`
  if (text === '' || !isHash32(slot)) throw unproven('a key that is no slot')
  return slot
}

function nodesOf(list: unknown): readonly Uint8Array[] {
  if (!Array.isArray(list) || list.length > PROOF_NODES_MAX)
    throw unproven(`a proof is no list of at most ${PROOF_NODES_MAX} nodes`)
  return list.map((text: unknown) => {
    const isShort = typeof text === 'string' && text.length <= 2 + 2 * NODE_BYTES_MAX
    const node = isShort ? fromHex(text.toLowerCase()) : undefined
    if (node === undefined) throw unproven(`a node is no hexadecimal text of at most ${NODE_BYTES_MAX} bytes`)
    return node
  })
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

const unproven = (why: string): MeshError =>
  new MeshError('STATE_UNPROVEN', { what: 'the answer to eth_getProof', why })

/** What endpoints of a chain say: headers, proofs and the JSON around them. */
import { concat, equalBytes, toHex } from '../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { openHeader } from '../../../protocols/rules/state-proof/block-header.ts'
import { readProofAnswer } from '../../../protocols/rules/state-proof/proof-answer.ts'
import {
  encodeRlpBytes,
  encodeRlpList,
  type RlpItem,
  readRlp,
  readRlpList,
} from '../../../protocols/rules/state-proof/rlp.ts'
import { NODE_BYTES_MAX, provenValue } from '../../../protocols/rules/state-proof/trie-proof.ts'
import { bytesOf, stateVectors } from '../state-vectors/read.ts'
import { crypto } from '../statement-vectors/cast.ts'
import type { Target } from './target.ts'

const header = bytesOf(stateVectors.header)
const [slot] = stateVectors.cases.filter(({ name }) => name === 'a slot')
const nodes = slot!.nodes.map(bytesOf)

/** Of one depth: a list in a list costs what its bytes cost. */
const again = (item: RlpItem): Uint8Array =>
  item.kind === 'bytes'
    ? encodeRlpBytes(item.payload)
    : encodeRlpList(readRlpList(item, NODE_BYTES_MAX).map(({ encoding }) => encoding))

export const chainTargets: readonly Target[] = [
  {
    name: 'RLP',
    corpus: [...nodes, header, ...nodes.map((node) => encodeRlpBytes(node))],
    mutations: [],
    read(bytes) {
      if (!equalBytes(again(readRlp(bytes)), bytes)) throw new Error('read, but not written so')
    },
  },
  { name: 'block header', corpus: [header], mutations: [], read: (bytes) => openHeader(crypto, bytes) },
  {
    // Every node has the hash that is asked for, or no case would come further than the first hash.
    name: 'nodes of a trie',
    corpus: nodes,
    mutations: [],
    read(bytes) {
      const root = toHex(crypto.keccak256(bytes)) as Hash32
      const value = provenValue(crypto, root, bytesOf(slot!.key), [bytes])
      if (value !== undefined && value.length > bytes.length) throw new Error('a value out of nothing')
    },
  },
  {
    name: 'state proof',
    corpus: [encodeRlpList(nodes.map((node) => encodeRlpBytes(node))), concat(...nodes)],
    mutations: [],
    read(bytes) {
      const given = readRlpList(readRlp(bytes), 100).map(({ payload }) => payload)
      const value = provenValue(crypto, slot!.root, bytesOf(slot!.key), given)
      if (value === undefined || toHex(value) !== slot!.value) throw new Error('proven, but not true')
    },
  },
  {
    name: 'answer to eth_getProof',
    corpus: [
      JSON.stringify({ accountProof: slot!.nodes, storageProof: [{ key: slot!.key, proof: slot!.nodes }] }),
      '{"accountProof":[],"storageProof":[{"key":"0x5","proof":["0x80"]}]}',
    ].map((text) => new TextEncoder().encode(text)),
    mutations: [],
    read(bytes) {
      let json: unknown
      try {
        json = JSON.parse(new TextDecoder().decode(bytes))
      } catch {
        throw new MalformedError('no JSON')
      }
      readProofAnswer(json)
    },
  },
]

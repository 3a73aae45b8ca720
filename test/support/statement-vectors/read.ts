/** The vectors as a test reads them: from the file, not from what made it. */
import { readFileSync } from 'node:fs'
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import type { Verdict } from '../../../protocols/kernel/topic.ts'
import { VECTORS_PATH } from './index.ts'

export interface Vectors {
  readonly domains: readonly { networkId: string; chainId: string; salt: string; separator: string; tag: string }[]
  readonly keys: readonly { name: string; secret: string; publicKey: string; address: string; peerId: string }[]
  readonly structs: readonly {
    type: string
    typeString: string
    typeHash: string
    samples: readonly {
      name: string
      value: Readonly<Record<string, string | number>>
      structHash: string
      digest: string
      signatures?: readonly string[]
      payload?: string
      wire: string
    }[]
  }[]
  readonly invalidSigned: readonly { name: string; type: string; bytes: string; error: string }[]
  readonly invalidKeyCerts: readonly { name: string; bytes: string; error: string }[]
  readonly envelopes: readonly { name: string; nowMs: number; after?: string; bytes: string; verdict: Verdict }[]
  readonly merkle: {
    readonly valid: readonly { count: number; root: string; paths: readonly Path[] }[]
    readonly invalid: readonly (Path & { name: string; root: string })[]
  }
  readonly content: { readonly valid: readonly Content[]; readonly invalid: readonly (Content & { name: string })[] }
  readonly messageIds: readonly { topic: string; data: string; id: string }[]
  readonly agreementsHashes: readonly { agreements: readonly string[]; hash: string }[]
  readonly collectionsHashes: readonly { collections: readonly string[]; hash: string }[]
  readonly resumeTokens: readonly { token: string; hash: string }[]
  readonly contradictions: readonly {
    name: string
    kind: 'receipts' | 'offer-heads' | 'leases'
    a: string
    b: string
    fault: string | null
    nullifier: string | null
  }[]
  readonly invalidCbor: readonly { name: string; bytes: string }[]
}

interface Path {
  readonly leaf: string
  readonly index: number
  readonly count: number
  readonly path: readonly string[]
}

interface Content {
  readonly salt: string
  readonly direction: 'in' | 'out'
  readonly lengths: readonly number[]
  readonly root: string
}

export const vectors: Vectors = JSON.parse(readFileSync(VECTORS_PATH, 'utf8'))

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => fromHex(text)!

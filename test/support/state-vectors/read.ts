/** The recorded vectors as values. */
import { readFileSync } from 'node:fs'
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'

export interface StateCase {
  readonly name: string
  readonly root: Hash32
  readonly key: `0x${string}`
  readonly nodes: readonly string[]
  readonly value?: string | null
  readonly refused?: true
}

export const stateVectors = JSON.parse(
  readFileSync(new URL('../../../protocols/rules/state-proof/vectors.json', import.meta.url), 'utf8'),
) as {
  readonly block: Readonly<Record<string, string>>
  readonly header: string
  readonly cases: readonly StateCase[]
}

export const bytesOf = (text: string): Uint8Array => fromHex(text)!

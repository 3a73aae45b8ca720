/** What it means that an endpoint does not take a signed transaction. Clients of the chain agree on no codes, only nearly on words. */
import type { RpcRefusal } from '../rpc/post-json-rpc.ts'

export type SendRefusal =
  /** It has it. */
  | 'known'
  /** The number is used: by this transaction, an earlier one of the same purpose, or a stranger to this node. */
  | 'used'
  /** Another one of the same number pays as much. */
  | 'underpriced'
  /** Less than the next block asks for. */
  | 'cheap'
  /** The account cannot pay for it. */
  | 'money'
  | 'other'

const WORDS: readonly (readonly [RegExp, SendRefusal])[] = [
  [/already (known|imported|exists|in the pool)|known transaction/i, 'known'],
  [/nonce (is )?too low|nonce .*already|invalid nonce|old nonce/i, 'used'],
  [/underpriced|replacement/i, 'underpriced'],
  [/base ?fee|fee cap|fee too low/i, 'cheap'],
  [/insufficient (funds|balance)|not enough funds/i, 'money'],
]

export const sendRefusal = ({ message }: RpcRefusal): SendRefusal =>
  WORDS.find(([words]) => words.test(message))?.[1] ?? 'other'

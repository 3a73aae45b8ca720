/** Why a contract refused, in words: its own error where somebody knows it, else what Solidity says. */
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import { printable } from '../../events/log-facts.ts'
import type { RpcRefusal } from '../rpc/post-json-rpc.ts'
import type { Hex } from '../rpc/rpc-values.ts'

/** Names an error of a contract with its values, for example `InsufficientStake(have: 5, need: 10)`; undefined where it is not known. */
export type ErrorNames = (data: Hex) => string | undefined

/** A contract of a stranger may say a whole book. */
const REASON_CHARS_MAX = 200
/** `Error(string)` and `Panic(uint256)`. */
const ERROR_TEXT = '0x08c379a0'
const PANIC = '0x4e487b71'
/** Solidity's own list; others are shown by number. */
const PANICS: Readonly<Record<number, string>> = {
  1: 'an assertion of the contract does not hold',
  17: 'a number of the contract overflows',
  18: 'the contract divides by zero',
  50: 'the contract reads beyond a list',
}

/** Whether a contract reverted, or something else was wrong. */
export const isRevert = ({ code, message, data }: RpcRefusal): boolean =>
  code === 3 || (data !== undefined && data !== '0x') || /revert/i.test(message)

export function revertReason({ data, message }: Pick<RpcRefusal, 'data' | 'message'>, names?: ErrorNames): string {
  if (data === undefined || data === '0x') return /revert/i.test(message) ? 'it gave no reason' : message
  const known = names?.(data as Hex)
  const reason = known ?? solidityReason(data) ?? `its error ${data.slice(0, 10)} is not known here`
  return printable(reason, REASON_CHARS_MAX)
}

function solidityReason(data: string): string | undefined {
  const bytes = fromHex(`0x${data.slice(10)}`)
  if (bytes === undefined) return undefined
  if (data.startsWith(PANIC) && bytes.length === 32) {
    const number = Number(BigInt(`0x${data.slice(10)}`) % 256n)
    return PANICS[number] ?? `the contract panics with ${number}`
  }
  // Offset, length, then the text itself.
  if (!data.startsWith(ERROR_TEXT) || bytes.length < 64) return undefined
  const length = Number(BigInt(`0x${data.slice(10 + 64, 10 + 128)}`))
  if (length > bytes.length - 64) return undefined
  return new TextDecoder().decode(bytes.subarray(64, 64 + length))
}

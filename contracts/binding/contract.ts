/** What a generated binding is: a contract's interface as data, and the types of its functions, events and errors beside it. */

export interface AbiParameter {
  readonly name: string
  readonly type: string
  readonly internalType?: string
  readonly indexed?: boolean
  readonly components?: readonly AbiParameter[]
}

export interface AbiEntry {
  readonly type: 'function' | 'event' | 'error' | 'constructor' | 'receive' | 'fallback'
  readonly name?: string
  readonly inputs?: readonly AbiParameter[]
  readonly outputs?: readonly AbiParameter[]
  readonly stateMutability?: string
  readonly anonymous?: boolean
}

/** Integers of any width are bigint; addresses and bytes are lower-case hexadecimal text with `0x`. */
export interface ContractTypes {
  readonly create: readonly unknown[]
  readonly functions: Readonly<Record<string, { readonly inputs: readonly unknown[]; readonly output: unknown }>>
  readonly events: Readonly<Record<string, unknown>>
}

export interface Contract<Types extends ContractTypes = ContractTypes> {
  readonly name: string
  readonly abi: readonly AbiEntry[]
  /** Creation code without the constructor's arguments. */
  readonly bytecode: string
  /** What lies at its address. */
  readonly runtime: RuntimeCode
  /** Slots of the storage's variables, by name. */
  readonly storage: Readonly<Record<string, number>>
  /** Types only: never there at run time. */
  readonly types?: Types
}

export interface RuntimeCode {
  /** keccak256 of the code with zeros in place of immutables. */
  readonly hash: string
  readonly bytes: number
  /** Offset and length, in bytes, of what the constructor fills. */
  readonly immutables: readonly (readonly [offset: number, length: number])[]
}

/** What a deployment will send, and about how much gas it takes, before any of it is there to be asked. */
import type { Contract, ContractTypes } from '../../contracts/binding/contract.ts'
import { encodeCreation } from '../../contracts/binding/contract-codec.ts'
import { type Deployer, type DeployOptions, deployContracts } from '../../contracts/deploy/deploy.ts'
import { fromHex } from '../../protocols/kernel/bytes.ts'
import { type Address, ZERO_ADDRESS } from '../../protocols/kernel/ids.ts'

export interface PlannedStep {
  /** `StakeVault`, `AccessManager.grantRole`. */
  readonly what: string
  readonly gas: bigint
}

/** By Ethereum's rules (EIP-2028, EIP-3860): a transaction, a contract made, each byte of what is sent, each byte that is kept. */
const TRANSACTION_GAS = 21_000n
const CREATION_GAS = 32_000n
const ZERO_BYTE_GAS = 4n
const BYTE_GAS = 16n
const WORD_GAS = 2n
const KEPT_BYTE_GAS = 200n
/** What constructors write and ask: the token's, the dearest, makes two balances and their logs, and stores three texts. */
const CONSTRUCTOR_GAS = 120_000n
/** The dearest call names three functions, a slot and a log each. */
const CALL_GAS = 120_000n

/** In order; nothing is sent. */
export async function planDeployment(deployer: Address, options: DeployOptions): Promise<readonly PlannedStep[]> {
  const steps: PlannedStep[] = []
  const planning: Deployer = {
    address: deployer,
    async create(contract, args) {
      steps.push({ what: contract.name, gas: creationGas(contract, args) })
      return ZERO_ADDRESS
    },
    async call(contract, _at, name) {
      steps.push({ what: `${contract.name}.${name}`, gas: CALL_GAS })
    },
  }
  await deployContracts(planning, options)
  return steps
}

function creationGas<Types extends ContractTypes>(contract: Contract<Types>, args: Types['create']): bigint {
  const code = fromHex(encodeCreation(contract, args))!
  const zeros = BigInt(code.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0))
  const sent = zeros * ZERO_BYTE_GAS + (BigInt(code.length) - zeros) * BYTE_GAS
  const words = BigInt(Math.ceil(code.length / 32)) * WORD_GAS
  const kept = BigInt(contract.runtime.bytes) * KEPT_BYTE_GAS
  return TRANSACTION_GAS + CREATION_GAS + sent + words + kept + CONSTRUCTOR_GAS
}

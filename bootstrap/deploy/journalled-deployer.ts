/**
 * A deployment that goes on where it stopped. Its steps come in the same order whoever takes it up, so each has a number; the desk of
 * transactions makes one of a number at most once, and what the file beside the network file calls done is not asked for again.
 */
import type { Contract, ContractTypes } from '../../contracts/binding/contract.ts'
import { encodeCall, encodeCreation } from '../../contracts/binding/contract-codec.ts'
import type { Hex } from '../../contracts/binding/values.ts'
import type { Deployer } from '../../contracts/deploy/deploy.ts'
import { codeFault } from '../../node/chain/contracts/contract-set.ts'
import type { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import { createdBy } from '../../node/chain/transactions/created-by.ts'
import { minedIn } from '../../node/chain/transactions/mined-in.ts'
import type { TransactionDesk } from '../../node/chain/transactions/transaction-desk.ts'
import type { TransactionRecord, TransactionStep } from '../../node/chain/transactions/transaction-record.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { assert, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { pause } from '../../protocols/kernel/pause.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import type { Deployment, DeploymentStep } from './deployment-file.ts'

/** An endpoint that was asked after the one which told of the block may be a few blocks behind it. */
const CODE_TRIES = 40
const CODE_AGAIN_MS = 250
/** A step that the chain refused is made anew when the deployment is taken up again. */
const TRIES_MAX = 16

export interface JournalledDeployerNeeds {
  readonly desk: Pick<TransactionDesk, 'sender' | 'submit' | 'find' | 'settled'>
  readonly chain: Pick<ChainRpc, 'code'>
  readonly hasher: Pick<Hasher, 'keccak256'>
  /** Of the file that it is kept in, for errors. */
  readonly path: string
  /** What was reached before. */
  readonly deployment: Deployment
  /** Keeps what is reached: durable when it returns. */
  readonly onReached: (deployment: Deployment) => void
  /** Wei per gas: while blocks cost more, it waits. */
  readonly feePerGasMax: bigint
  readonly onTransaction?: (step: TransactionStep) => void
  readonly signal: AbortSignal
}

export class JournalledDeployer implements Deployer {
  readonly address: Address
  readonly #needs: JournalledDeployerNeeds
  #deployment: Deployment
  #next = 0
  #last: string | undefined

  constructor(needs: JournalledDeployerNeeds) {
    this.address = needs.desk.sender
    this.#needs = needs
    this.#deployment = needs.deployment
  }

  /** With all that was reached. */
  get deployment(): Deployment {
    return this.#deployment
  }

  /** @throws MeshError CONTRACT_CODE where other code lies at its address; what the desk throws */
  async create<Types extends ContractTypes>(contract: Contract<Types>, args: Types['create']): Promise<Address> {
    const index = this.#next++
    const known = this.#stepOf(index, contract.name)
    const isOpen = this.#needs.desk.find(this.#purposeOf(index)) !== undefined
    // One that was signed, by a desk whose journal is lost, is taken as it is; else the desk says more of it.
    if (known?.address !== undefined && (known.done || !isOpen)) {
      const isThere = (await this.#faultAt(contract, known.address)) === undefined
      if (isThere && !known.done) this.#reached(index, { ...known, done: true })
      if (isThere) return known.address
    }
    const record = await this.#make(index, contract.name, undefined, encodeCreation(contract, args))
    const at = createdBy(this.address, record.nonce!)
    await this.#codeAt(contract, at)
    return at
  }

  async call<Types extends ContractTypes, Name extends keyof Types['functions'] & string>(
    contract: Contract<Types>,
    at: Address,
    name: Name,
    args: Types['functions'][Name]['inputs'],
  ): Promise<void> {
    const index = this.#next++
    const what = `${contract.name}.${name}`
    if (this.#stepOf(index, what)?.done === true) return
    await this.#make(index, what, at, encodeCall(contract, name, args))
  }

  /** The last transaction lies deep enough, and so all before it do. */
  async confirmed(): Promise<void> {
    if (this.#last !== undefined) await this.#needs.desk.settled(this.#last, { signal: this.#needs.signal })
  }

  /** @throws MeshError DEPLOYMENT_OTHER where the file is of another order of steps, from an older program */
  #stepOf(index: number, what: string): DeploymentStep | undefined {
    const known = this.#deployment.steps[index]
    if (known === undefined || known.what === what) return known
    const why = `its step ${index + 1} is ${known.what}, where this program makes ${what}`
    throw new MeshError('DEPLOYMENT_OTHER', { path: this.#needs.path, why })
  }

  async #make(index: number, what: string, to: Address | undefined, data: Hex): Promise<TransactionRecord> {
    const { desk, feePerGasMax, signal, onTransaction } = this.#needs
    const purpose = this.#purposeOf(index)
    this.#last = purpose
    const hear = (step: TransactionStep): void => {
      onTransaction?.(step)
      const { nonce } = step.record
      // Before it is mined: should the desk's own journal be lost, the address still says where to look.
      if (to === undefined && nonce !== undefined && step.record.state === 'signed')
        this.#reached(index, { what, address: createdBy(this.address, nonce), done: false })
    }
    const planned = await desk.submit({ purpose, to, data, feePerGasMax }, signal)
    hear({ kind: 'changed', record: planned })
    const { hash, blockNumber, gasUsed, feeWei } = await minedIn(desk, purpose, signal, hear)
    const record = desk.find(purpose)
    assert(record?.nonce !== undefined, 'what was mined had a number')
    this.#reached(index, {
      what,
      ...(to === undefined ? { address: createdBy(this.address, record.nonce) } : {}),
      hash,
      block: Number(blockNumber),
      gasUsed: gasUsed.toString(),
      feeWei: feeWei.toString(),
      done: true,
    })
    return record
  }

  /** The first of its purposes that did not fail. */
  #purposeOf(index: number): string {
    for (let tries = 1; ; tries++) {
      const purpose = `deploy/${this.#deployment.id}/${index + 1}/${tries}`
      if (this.#needs.desk.find(purpose)?.state !== 'failed' || tries === TRIES_MAX) return purpose
    }
  }

  #reached(index: number, step: DeploymentStep): void {
    const steps = this.#deployment.steps.toSpliced(index, 1, step)
    this.#deployment = { ...this.#deployment, steps }
    this.#needs.onReached(this.#deployment)
  }

  async #faultAt(contract: Contract, at: Address): Promise<string | undefined> {
    return codeFault(contract, await this.#needs.chain.code(at, this.#needs.signal), this.#needs.hasher)
  }

  /** @throws MeshError CONTRACT_CODE */
  async #codeAt(contract: Contract, at: Address): Promise<void> {
    const { signal } = this.#needs
    for (let tries = 1; ; tries++) {
      const why = await this.#faultAt(contract, at)
      if (why === undefined) return
      if (tries === CODE_TRIES) throw new MeshError('CONTRACT_CODE', { contract: contract.name, address: at, why })
      await pause(systemClock, CODE_AGAIN_MS, signal)
    }
  }
}

/** The chain of a local network, killed as a power cut would and started again on the same folder and port. */
import { LocalSettlement } from '../../../bootstrap/localnet/local-settlement.ts'

export class MortalChain implements AsyncDisposable {
  readonly #folder: string
  readonly #port: number
  #settlement: LocalSettlement

  private constructor(folder: string, settlement: LocalSettlement) {
    this.#folder = folder
    this.#port = Number(new URL(settlement.chain.url).port)
    this.#settlement = settlement
  }

  static async start(folder: string): Promise<MortalChain> {
    return new MortalChain(folder, await LocalSettlement.start({ folder, networkId: 'local' }))
  }

  /** Of this life. */
  get settlement(): LocalSettlement {
    return this.#settlement
  }

  /** Nothing answers any more. */
  async kill(): Promise<void> {
    process.kill(this.#settlement.chain.pid!, 'SIGKILL')
    await this.#settlement.chain.ended
    await this.#settlement[Symbol.asyncDispose]()
  }

  /** What the last life had written is there again, and what it had not is forgotten. */
  async revive(): Promise<void> {
    const place = { folder: this.#folder, port: this.#port, networkId: 'local' }
    const { contracts } = this.#settlement
    this.#settlement = await LocalSettlement.start(place)
    if (this.#settlement.contracts.escrow !== contracts.escrow) throw new Error('the chain has forgotten the contracts')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#settlement[Symbol.asyncDispose]()
  }
}

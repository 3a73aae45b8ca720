/**
 * A development chain on this machine: anvil as a child process on loopback, kept in a folder, so that it goes on where it
 * stopped. It has no accounts with known keys; whoever needs gas money is given some by {@link EmbeddedChain.fund}.
 */

import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseEndpointUrl } from '../../node/chain/rpc/endpoint-url.ts'
import { postJsonRpc } from '../../node/chain/rpc/post-json-rpc.ts'
import { toQuantity } from '../../node/chain/rpc/rpc-values.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { anvilBinary } from './anvil-binary.ts'
import { AnvilProcess, canSignalOrphans } from './anvil-process.ts'
import { BlockBeat } from './block-beat.ts'
import { type ChainBeginning, ChainState } from './chain-state.ts'

/** Of every network on one machine. */
export const LOCAL_CHAIN_ID = 31_337n
const LOOPBACK = '127.0.0.1'
/** It is up after a tenth of a second; a machine under load takes some more. */
const START_MS_MAX = 20_000
const ASK_AGAIN_MS = 10
const ANSWER_MS_MAX = 10_000
const ANSWER_BYTES_MAX = 16 * 1_048_576
/** Of a snapshot, packed and as text: a year of blocks on an idle chain. */
const SNAPSHOT_CHARS_MAX = 536_870_912
/** May change accounts or time without a block. */
const OWN_METHOD = /^(anvil|evm|hardhat)_/
/** A free port may be taken between the look and the start. */
const PORT_TRIES = 3

export interface EmbeddedChainOptions {
  /** Where it is kept; one chain at a time. */
  readonly folder: string
  /** A free one where absent. */
  readonly port?: number
  /** Seconds between blocks; where absent they come only with transactions. */
  readonly blockSeconds?: number
  /** With `blockSeconds`: a transaction does not wait for the next block but gets one of its own. */
  readonly atOnce?: boolean
  /**
   * With `blockSeconds`, and at once: while nothing happens blocks come only so often, so that a chain that runs for days stays small.
   */
  readonly idleSeconds?: number
  /** What ends it with this process: a signal of the kernel where the system has that, else a process that watches a pipe. */
  readonly orphans?: 'signal' | 'lifeline'
  readonly binary?: string
  readonly onFailure?: (error: MeshError) => void
  readonly signal?: AbortSignal
}

export class EmbeddedChain implements AsyncDisposable {
  readonly url: string
  readonly began: ChainBeginning
  readonly #process: AnvilProcess
  readonly #state: ChainState
  #requests = 0
  #beat: BlockBeat | undefined
  #keeps = false

  private constructor(url: string, process: AnvilProcess, state: ChainState, began: ChainBeginning) {
    this.url = url
    this.began = began
    this.#process = process
    this.#state = state
  }

  /** @throws MeshError LOCAL_CHAIN, PORT_IN_USE, CANCELLED */
  static async start(options: EmbeddedChainOptions): Promise<EmbeddedChain> {
    const { folder, signal, onFailure = () => {} } = options
    const binary = options.binary ?? anvilBinary()
    const orphans = options.orphans ?? ((await canSignalOrphans()) ? 'signal' : 'lifeline')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (let tries = 1; ; tries++) {
      throwIfAborted(signal)
      const port = await freePort(options.port ?? 0)
      const state = new ChainState(folder)
      const { began, genesisSeconds } = state.prepare()
      const process = new AnvilProcess(
        binary,
        argumentsOf(options, port, genesisSeconds === undefined ? [] : stateArguments(state.path, genesisSeconds)),
        orphans,
      )
      const chain = new EmbeddedChain(`http://${LOOPBACK}:${port}`, process, state, began)
      try {
        await chain.#untilUp(signal)
        await chain.#goOnInTime(signal)
        process.letGo()
        chain.#beginKeeping(onFailure)
        chain.#beginBeat(options)
        return chain
      } catch (error) {
        await chain[Symbol.asyncDispose]()
        if (!process.lastWords.includes('in use')) throw error
        if (options.port !== undefined || tries === PORT_TRIES) throw portTaken(port, error)
      }
    }
  }

  /** Of the child; for tests that end it. */
  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Settles when the child is gone, asked or not. */
  get ended(): Promise<void> {
    return this.#process.ended
  }

  /** Any method of its own, for example `evm_mine`. @throws MeshError LOCAL_CHAIN; the signal's reason */
  async ask(method: string, params: readonly unknown[] = [], signal?: AbortSignal): Promise<unknown> {
    if (OWN_METHOD.test(method)) this.#state.touch()
    return this.#askWithin(ANSWER_BYTES_MAX, method, params, signal)
  }

  async #askWithin(
    bytesMax: number,
    method: string,
    params: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<unknown> {
    using deadline = new Deadline(systemClock, ANSWER_MS_MAX, method, signal)
    const request = { id: ++this.#requests, method, params }
    const limits = { bytesMax, signal: deadline.signal }
    const answer = await postJsonRpc(parseEndpointUrl(this.url)!, request, limits)
    if (answer.kind === 'result') return answer.value
    throw notRunning(`${method}: ${answer.kind === 'fault' ? answer.why : answer.refusal.message}`)
  }

  /** The account holds this much gas money from now on. @param wei */
  async fund(account: Address, wei: bigint, signal?: AbortSignal): Promise<void> {
    await this.ask('anvil_setBalance', [account, toQuantity(wei)], signal)
  }

  /** Seconds pass on the chain, and a block tells of them. */
  async moveTime(seconds: number, signal?: AbortSignal): Promise<void> {
    await this.ask('evm_increaseTime', [toQuantity(seconds)], signal)
    await this.ask('evm_mine', [], signal)
  }

  /** What it holds is on disk when this resolves; where it has ended by itself, the last snapshot of it, and no other comes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#beat?.[Symbol.dispose]()
    this.#state[Symbol.dispose]()
    try {
      if (this.#keeps && !this.#process.hasEnded) await this.#state.keep()
      await this.#state.settled()
    } catch {
      // It went away meanwhile: the last snapshot stands.
    }
    await this.#process.stop()
  }

  #beginKeeping(onFailure: (error: MeshError) => void): void {
    this.#keeps = true
    this.#state.begin({
      clock: systemClock,
      height: async () => Number(await this.ask('eth_blockNumber')),
      dump: async () => {
        const packed = await this.#askWithin(SNAPSHOT_CHARS_MAX, 'anvil_dumpState', [])
        return Buffer.from(String(packed).slice(2), 'hex')
      },
      pause: () => this.#pause(),
      onFailure,
    })
  }

  /** For some milliseconds transactions wait. */
  async #pause(): Promise<() => Promise<void>> {
    const own = (method: string, ...params: readonly unknown[]) => this.#askWithin(ANSWER_BYTES_MAX, method, params)
    if ((await own('anvil_getAutomine')) !== true) return async () => undefined
    await own('evm_setAutomine', false)
    return async () => {
      await own('evm_setAutomine', true)
      const { pending } = (await own('txpool_status')) as { readonly pending: string }
      if (Number(pending) > 0) await own('evm_mine')
    }
  }

  #beginBeat({ blockSeconds, atOnce = true, onFailure = () => {}, ...options }: EmbeddedChainOptions): void {
    if (blockSeconds === undefined || !atOnce) return
    const { idleSeconds = blockSeconds } = options
    this.#beat = new BlockBeat({
      clock: systemClock,
      busySeconds: blockSeconds,
      idleSeconds,
      height: async () => Number(await this.ask('eth_blockNumber')),
      mine: async () => void (await this.ask('evm_mine')),
      onFailure,
    })
  }

  /** Its time begins with its first block: it goes on at the clock of this machine, or at its last block where that is later. */
  async #goOnInTime(signal: AbortSignal | undefined): Promise<void> {
    if (this.began !== 'kept') return
    const head = (await this.ask('eth_getBlockByNumber', ['latest', false], signal)) as { readonly timestamp: string }
    const nowSeconds = Math.floor(systemClock.nowMs() / 1_000)
    await this.ask('evm_setTime', [Math.max(nowSeconds, Number(head.timestamp))], signal)
  }

  async #untilUp(signal: AbortSignal | undefined): Promise<void> {
    const late = (): MeshError => notRunning(`it does not answer within ${START_MS_MAX} ms`)
    using deadline = new Deadline(systemClock, START_MS_MAX, late, signal)
    const ended = this.ended.then(() => 'ended' as const)
    for (;;) {
      const answered = this.ask('eth_chainId', [], deadline.signal).then(
        (id) => (id === toQuantity(LOCAL_CHAIN_ID) ? ('up' as const) : ('not yet' as const)),
        () => 'not yet' as const,
      )
      const found = await Promise.race([answered, ended])
      throwIfAborted(deadline.signal)
      if (found === 'up') return
      if (found === 'ended') throw notRunning(this.#process.lastWords || 'its process ended at once')
      await Promise.race([delay(ASK_AGAIN_MS), ended])
    }
  }
}

const stateArguments = (path: string, genesisSeconds: number): readonly string[] => [
  ...['--load-state', path, '--timestamp', String(genesisSeconds)],
]

function argumentsOf(options: EmbeddedChainOptions, port: number, state: readonly string[]): readonly string[] {
  const { folder, atOnce = true, blockSeconds } = options
  return [
    ...['--host', LOOPBACK, '--port', String(port), '--chain-id', String(LOCAL_CHAIN_ID), '--hardfork', 'prague'],
    // Keys that everybody knows hold nothing here, and pages in a browser may not ask.
    ...['--quiet', '--accounts', '0', '--no-cors'],
    ...['--cache-path', join(folder, 'states')],
    ...state,
    // Blocks at once and by the clock: the beat makes the latter.
    ...(blockSeconds === undefined || atOnce ? [] : ['--block-time', String(blockSeconds)]),
  ]
}

/** `port` where it is free, or any free one for 0. @throws MeshError PORT_IN_USE */
function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => reject(portTaken(port, error)))
    server.listen({ host: LOOPBACK, port }, () => {
      const found = (server.address() as { readonly port: number }).port
      server.close(() => resolve(found))
    })
  })
}

const portTaken = (port: number, cause: unknown): MeshError =>
  new MeshError('PORT_IN_USE', { port, address: LOOPBACK, otherwise: 'choose another port for the chain' }, cause)

const notRunning = (why: string): MeshError =>
  new MeshError('LOCAL_CHAIN', {
    why,
    remedy: 'Start it again; if its folder is damaged, remove it: a new chain begins.',
  })

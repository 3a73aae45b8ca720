/** A network of processes, as people start them: a bootstrap peer and miners, each an `aitbc` of its own, on loopback. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callControl } from '../../../node/control/call-control.ts'
import { CliProcess, type CliResult, cli, withoutProgress } from './cli-process.ts'

export interface MinerProcess {
  readonly process: CliProcess
  readonly dataFolder: string
  /** By the control channel, as `aitbc status` asks. */
  running(): Promise<number>
}

export class CliNetwork implements AsyncDisposable {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly networkPath: string
  /** The bootstrap peer; {@link closeDoor} ends it. */
  #door: CliProcess | undefined
  readonly #owned = new AsyncDisposableStack()

  private constructor(folder: string) {
    this.folder = folder
    this.env = { HOME: join(folder, 'home') }
    this.networkPath = join(folder, 'network.json')
    this.#owned.defer(() => rmSync(folder, { recursive: true, force: true }))
  }

  static async start(): Promise<CliNetwork> {
    const network = new CliNetwork(mkdtempSync(join(tmpdir(), 'aitbc-net-')))
    const place = ['--data', join(network.folder, 'bootstrap'), '--port', '0', '--listen', '127.0.0.1']
    const door = network.#owned.use(network.process(['bootstrap', ...place, '--network-out', network.networkPath]))
    await door.says('Ctrl-C stops it')
    network.#door = door
    return network
  }

  /** Kills the bootstrap peer: from here on only the others know of each other. */
  async closeDoor(): Promise<void> {
    await this.#door![Symbol.asyncDispose]()
  }

  /** A node without models, up when this resolves; again on the same folder where it was one before. */
  async router(name: string): Promise<MinerProcess> {
    const dataFolder = join(this.folder, name)
    const words = ['start', '--data', dataFolder, '--network', this.networkPath, '--roles', 'router']
    const process = this.#owned.use(this.process(words))
    await process.says('Ctrl-C stops it')
    return { process, dataFolder, running: async () => 0 }
  }

  /** A process of its own; the caller sees to its end. */
  process(words: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess {
    return new CliProcess(words, { env: { ...this.env, ...env }, folder: this.folder })
  }

  /** Up when this resolves. */
  async miner(name: string, models: readonly string[], basePrice: string, more: readonly string[] = []) {
    const dataFolder = join(this.folder, name)
    const words = ['start', '--data', dataFolder, '--network', this.networkPath, '--models', models.join(',')]
    // One thread: the jobs of these tests are to take a while, and miners share the machine.
    const own = ['--base-price', basePrice, '--roles', 'miner', '--engine-threads', '1', ...more]
    const process = this.#owned.use(this.process([...words, ...own]))
    await process.says('Ctrl-C stops it')
    const running = async (): Promise<number> => {
      const status = (await callControl(dataFolder, 'status', {})) as { readonly jobs: { readonly running: number } }
      return status.jobs.running
    }
    return { process, dataFolder, running } satisfies MinerProcess
  }

  /** A command of a client that joins for itself, to its end, without its progress. */
  async run(words: readonly string[], input?: string): Promise<CliResult> {
    const options = { env: this.env, folder: this.folder, ...(input === undefined ? {} : { input }) }
    return withoutProgress(await cli(this.#asClient(words), options))
  }

  /** The same, while it runs. */
  client(words: readonly string[]): CliProcess {
    return this.process(this.#asClient(words))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }

  #asClient(words: readonly string[]): readonly string[] {
    return [...words, '--data', join(this.folder, 'client'), '--network', this.networkPath]
  }
}

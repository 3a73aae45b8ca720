/** anvil in a process of its own, for tests that ask a real chain. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Undefined where npm has none for this machine: it is an optional dependency. */
export function anvilBinary(): string | undefined {
  const name = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}/package.json`
  try {
    const binary = join(dirname(createRequire(import.meta.url).resolve(name)), 'bin', 'anvil')
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

export interface Anvil extends AsyncDisposable {
  /** @throws Error with what the endpoint says is wrong */
  ask(method: string, ...params: readonly unknown[]): Promise<unknown>
}

/** It mines at once and tells of it a little later. */
const MINED_MS_MAX = 10_000
const LOOK_AGAIN_MS = 10

/** Sends a transaction, and gives its receipt. @throws Error where there is none in time */
export async function sendAndMine(
  anvil: Anvil,
  transaction: Readonly<Record<string, unknown>>,
): Promise<{ readonly contractAddress: string }> {
  const sent = await anvil.ask('eth_sendTransaction', transaction)
  for (let tookMs = 0; tookMs < MINED_MS_MAX; tookMs += LOOK_AGAIN_MS) {
    const receipt = await anvil.ask('eth_getTransactionReceipt', sent)
    if (receipt !== null) return receipt as { readonly contractAddress: string }
    await delay(LOOK_AGAIN_MS)
  }
  throw new Error(`no receipt of ${String(sent)}`)
}

export async function startAnvil(binary: string): Promise<Anvil> {
  const child = spawn(binary, ['--port', '0', '--accounts', '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^Listening on (\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(`http://${address}`)
    })
    child.once('error', reject)
    void ended.then(() => reject(new Error('anvil ended')))
  })
  return {
    async ask(method, ...params) {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      const { result, error } = (await answer.json()) as { readonly result?: unknown; readonly error?: object }
      if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`)
      return result
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

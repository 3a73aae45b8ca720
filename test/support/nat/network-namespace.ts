/** A machine of its own as far as its network goes: a namespace of the kernel's. For root, on Linux. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

const TOOLS = ['/usr/sbin/ip', '/usr/sbin/nft'] as const

/** Why no laboratory can be built here; `undefined` where it can. */
export const noLaboratory: string | undefined =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'the NAT laboratory needs root on Linux'
    : TOOLS.every((tool) => existsSync(tool))
      ? undefined
      : 'the NAT laboratory needs ip and nft: apt-get install iproute2 nftables'

export function run(tool: string, words: readonly string[], input?: string): string {
  return execFileSync(tool, words, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], input })
}

export class NetworkNamespace implements Disposable {
  readonly name: string

  constructor(name: string) {
    this.name = name
    run('ip', ['netns', 'add', name])
    this.ip('link', 'set', 'lo', 'up')
  }

  /** As `ip` within it. */
  ip(...words: readonly string[]): void {
    run('ip', ['-n', this.name, ...words])
  }

  /** Any tool within it, to its end. */
  run(tool: string, words: readonly string[], input?: string): string {
    return run('ip', ['netns', 'exec', this.name, tool, ...words], input)
  }

  /** Node within it, while it runs. */
  node(words: readonly string[]): ChildProcess {
    return spawn('ip', ['netns', 'exec', this.name, process.execPath, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  /** All that runs in it ends, and its interfaces go with it. */
  [Symbol.dispose](): void {
    NetworkNamespace.remove(this.name)
  }

  static remove(name: string): void {
    for (const pid of run('ip', ['netns', 'pids', name]).split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
    run('ip', ['netns', 'delete', name])
  }
}

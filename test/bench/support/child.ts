/** Processes of a benchmark: the side that is measured apart from the side that measures. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ProcessorParts, watchProcessor } from './processor-parts.ts'

export interface CpuUse {
  /** Of the child's own process, its engine children apart. */
  readonly userUs: number
  readonly systemUs: number
}

/** Of x86-64 and of Linux on ARM in its usual build. */
const PAGE_BYTES = 4_096

export class BenchChild<Ready> implements AsyncDisposable {
  readonly ready: Ready
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child
    this.ready = ready
  }

  /** @param script beside this file; its first message is what it has to say when it is up */
  static async start<Ready>(script: string, args: readonly string[]): Promise<BenchChild<Ready>> {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, { serialization: 'advanced' })
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with ${code}`)))
    ended.catch(() => undefined)
    const [ready] = (await Promise.race([once(child, 'message'), ended])) as [Ready]
    return new BenchChild(child, ready)
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Resident memory, read from outside: a process that is busy could not say. Linux only. */
  rssBytes(): number {
    const [, pages] = readFileSync(`/proc/${this.#child.pid}/statm`, 'utf8').split(' ')
    return Number(pages) * PAGE_BYTES
  }

  cpu(): Promise<CpuUse> {
    return this.ask<CpuUse>('cpu')
  }

  /** One question at a time; of the side's own ones it answers by a message. */
  async ask<Answer>(question: string): Promise<Answer> {
    const answer = once(this.#child, 'message')
    this.#child.send(question)
    const [told] = (await answer) as [Answer]
    return told
  }

  /** Begins to watch where the child's processor time goes; what it returns ends it. */
  async watchProcessor(): Promise<() => Promise<ProcessorParts>> {
    const begun = once(this.#child, 'message')
    this.#child.send('watch')
    await begun
    return async () => {
      const told = once(this.#child, 'message')
      this.#child.send('watched')
      const [parts] = (await told) as [ProcessorParts]
      return parts
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.send('end')
    await ended
  }
}

/** In the child: says that it is up, answers questions, and ends when it is told. */
export function serveParent<Ready>(ready: Ready, end: () => Promise<void>): void {
  let watched: (() => Promise<ProcessorParts>) | undefined
  const watch = async (): Promise<void> => {
    watched = await watchProcessor()
    process.send!('watching')
  }
  process.on('message', (message) => {
    if (message === 'watch') void watch()
    else if (message === 'watched') void watched!().then((parts) => process.send!(parts))
    else if (message === 'cpu') {
      const { user, system } = process.cpuUsage()
      process.send!({ userUs: user, systemUs: system } satisfies CpuUse)
    } else if (message === 'end') void end().then(() => process.exit(0))
  })
  process.send!(ready)
}

/** Real small file systems, for what happens when a disk is full or read-only. Only where this user may mount. */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

const run = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0

/** Asked of the machine: root in a container may not mount either. */
export const canMount: boolean =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  run('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt')

export class SmallDisk {
  readonly path: string

  constructor(bytes: number) {
    this.path = temporaryFolder()
    if (!run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', this.path))
      throw new Error('tmpfs cannot be mounted')
    onTestFinished(() => {
      run('umount', '--lazy', this.path)
    })
  }

  makeReadOnly(): void {
    if (!run('mount', '-o', 'remount,ro', this.path)) throw new Error('the disk is busy and stays writable')
  }

  /** Another program takes all that is left. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.path)
    writeFileSync(this.#filler, new Uint8Array(bavail * bsize), { flag: 'a' })
  }

  free(): void {
    if (existsSync(this.#filler)) rmSync(this.#filler)
  }

  get #filler(): string {
    return join(this.path, 'somebody-elses-film.mkv')
  }
}

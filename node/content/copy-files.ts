/**
 * The files of one copy, in a folder of its own: external data of a model can then name no file of another one.
 *
 * - `list`: size (8 bytes, big-endian), hash of each chunk, and the list's id, which is the SHA-256 of both
 * - `have`: which chunks `partial` holds, a bit each; never one that is not on the disk
 * - `partial`: the chunks, each at its place; renamed to `content` when the hash of the whole is right
 * - `about.json`: what people call it, and when it was last used
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { concat, fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import { ChunkList, HASH_BYTES } from '../../protocols/wire/content/chunk-list.ts'
import { ChunkSet } from '../../protocols/wire/content/chunk-set.ts'
import { removeLeftovers, replaceFile, syncFolder } from '../storage/durable-file.ts'

const SIZE_BYTES = 8

export interface About {
  readonly name: string
  readonly usedAtMs: number
}

export class CopyFiles {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  get list(): string {
    return join(this.folder, 'list')
  }
  get have(): string {
    return join(this.folder, 'have')
  }
  get partial(): string {
    return join(this.folder, 'partial')
  }
  get whole(): string {
    return join(this.folder, 'content')
  }
  get about(): string {
    return join(this.folder, 'about.json')
  }

  /** An empty copy under a list, or one whose list is another now: what it has is said anew. */
  create(list: ChunkList, have: ChunkSet): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    // In this order: a `have` never stands beside a list that it was not made for.
    rmSync(this.have, { force: true })
    const size = new Uint8Array(SIZE_BYTES)
    new DataView(size.buffer).setBigUint64(0, BigInt(list.bytes))
    replaceFile(this.list, concat(size, list.hashes, fromHex(list.id)!), 0o600)
    if (!existsSync(this.partial)) writeFileSync(this.partial, '', { mode: 0o600 })
    this.writeHave(have)
  }

  /** `undefined` where there is no list, or one that is not whole. @throws Error of node:fs where it cannot be read now */
  readList(hasher: Pick<Hasher, 'sha256'>): ChunkList | undefined {
    return wholeOf(() => {
      for (const path of [this.list, this.have, this.about]) removeLeftovers(path)
      const bytes = readFileSync(this.list)
      const size = Number(bytes.readBigUInt64BE(0))
      const list = new ChunkList(hasher, size, Uint8Array.from(bytes.subarray(SIZE_BYTES, -HASH_BYTES)))
      return list.id === toHex(bytes.subarray(-HASH_BYTES)) ? list : undefined
    })
  }

  /** Empty where it cannot be read: then everything is fetched anew. */
  readHave(count: number): ChunkSet {
    try {
      return ChunkSet.read(count, readFileSync(this.have))
    } catch {
      return ChunkSet.empty(count)
    }
  }

  get isWhole(): boolean {
    return existsSync(this.whole)
  }

  get wholeBytes(): number {
    return statSync(this.whole).size
  }

  /** The bytes are synced before: the name says that they are whole. */
  makeWhole(): void {
    renameSync(this.partial, this.whole)
    rmSync(this.have, { force: true })
    syncFolder(this.folder)
  }

  /** What it has under the list that stands. */
  writeHave(have: ChunkSet): void {
    replaceFile(this.have, have.bytes, 0o600)
  }

  /** Damaged: what is left of it is a part again. */
  makePartial(have: ChunkSet): void {
    this.writeHave(have)
    renameSync(this.whole, this.partial)
    syncFolder(this.folder)
  }

  /** `undefined` where there is none, or one that is not whole. @throws Error of node:fs where it cannot be read now */
  readAbout(): About | undefined {
    return wholeOf(() => {
      const { name, usedAtMs } = JSON.parse(readFileSync(this.about, 'utf8')) as Partial<About>
      return typeof name === 'string' && typeof usedAtMs === 'number' ? { name, usedAtMs } : undefined
    })
  }

  writeAbout(about: About): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    replaceFile(this.about, `${JSON.stringify(about)}\n`, 0o600)
  }

  remove(): void {
    // The list first: without it nothing here counts as a copy, however far the rest gets.
    rmSync(this.list, { force: true })
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** What is absent, or cut short, is gone. A disk or a limit that fails now says nothing of what is there. */
function wholeOf<T>(read: () => T | undefined): T | undefined {
  try {
    return read()
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall !== undefined && code !== 'ENOENT') throw error
    return undefined
  }
}

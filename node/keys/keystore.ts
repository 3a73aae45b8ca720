/** The keys of a node, one file each, for this user alone. Lost or replaced, a key takes its name and its money with it. */
import { join } from 'node:path'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Clock, Crypto, Random } from '../../protocols/kernel/ports.ts'
import {
  createKeyFile,
  damagedKey,
  type KeyFile,
  type KeyKind,
  plainKeyFile,
  readKeyFile,
  replaceKeyFile,
  type SealedKeyFile,
  sealedAbout,
  sealedKeyFile,
  unusableKey,
} from './key-file.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'
import { createSecret } from './secp256k1-signer.ts'
import { StoredKey } from './stored-key.ts'

export { type KeyKind, keyKinds } from './key-file.ts'

export interface KeystoreNeeds {
  readonly crypto: Pick<Crypto, 'keccak256' | 'uncompress'>
  readonly random: Random
  readonly clock: Clock
}

/** What a key file says to whoever may read it, also without its passphrase. */
export interface KeyFacts {
  readonly kind: KeyKind
  readonly address: Address
  /** ISO 8601. */
  readonly createdAt: string
  readonly path: string
  readonly isSealed: boolean
}

const NAME_ITS_FILE =
  'Name the file that holds it with --passphrase-file, or for every start: aitbc config set passphraseFile <file>.'
const TRY_AGAIN = 'Try again. Nobody can open the key without it: a backup or an export of the key is the way back.'

export class Keystore implements Disposable {
  readonly #folder: string
  readonly #needs: KeystoreNeeds
  /** Sealed keys that were opened: loaded from here on as if they were not sealed. */
  readonly #opened = new Map<KeyKind, StoredKey>()

  /** @param folder created with the first key */
  constructor(folder: string, needs: KeystoreNeeds) {
    this.#folder = folder
    this.#needs = needs
  }

  pathOf(kind: KeyKind): string {
    return join(this.#folder, `${kind}.json`)
  }

  /** `undefined` where there is no such key. @throws MeshError KEY_FILE */
  look(kind: KeyKind): KeyFacts | undefined {
    const path = this.pathOf(kind)
    const file = readKeyFile(path, kind)
    if (file === undefined) return undefined
    const { address, createdAt } = file
    return { kind, address: address as Address, createdAt, path, isSealed: 'sealed' in file }
  }

  /** `undefined` where there is no such key. @throws MeshError KEY_FILE; KEY_SEALED for one that was not opened */
  load(kind: KeyKind): StoredKey | undefined {
    const path = this.pathOf(kind)
    const file = readKeyFile(path, kind)
    if (file === undefined) return undefined
    if (!('sealed' in file)) return this.#keyOf(file, fromHex(file.secret) ?? new Uint8Array())
    const opened = this.#opened.get(kind)
    if (opened?.address !== file.address) throw new MeshError('KEY_SEALED', { path, remedy: NAME_ITS_FILE })
    return this.#keyOf(file, opened.secret())
  }

  /** Never replaces a key. @throws MeshError KEY_FILE where there is one already, or where it cannot be written; DISK_FULL */
  create(kind: KeyKind): StoredKey {
    const secret = createSecret(this.#needs.random)
    const key = this.#newKey(kind, secret)
    return this.#write(key, plainKeyFile(key, toHex(secret)), secret)
  }

  loadOrCreate(kind: KeyKind): StoredKey {
    return this.load(kind) ?? this.create(kind)
  }

  /**
   * A new key, or one that was made elsewhere; sealed where a passphrase is given. Never replaces a key.
   * @param secret copied; drawn where it is absent
   * @throws MeshError as {@link create}; RangeError for what is no key of the curve, without showing it
   */
  async add(
    kind: KeyKind,
    { secret, passphrase }: { readonly secret?: Uint8Array | undefined; readonly passphrase?: string | undefined } = {},
  ): Promise<StoredKey> {
    const own = secret?.slice() ?? createSecret(this.#needs.random)
    const key = this.#newKey(kind, own)
    if (passphrase === undefined) return this.#write(key, plainKeyFile(key, toHex(own)), own)
    const sealed = await sealSecret(own, sealedAbout(key), passphrase, this.#needs.random)
    return this.#write(key, sealedKeyFile(key, sealed), own)
  }

  /**
   * Opens those of these keys that are sealed, so that {@link load} gives them until the store is disposed.
   * @throws MeshError KEY_FILE; KEY_PASSPHRASE for one that it does not open, and then none is opened
   */
  async open(kinds: readonly KeyKind[], passphrase: string): Promise<void> {
    const opened: StoredKey[] = []
    try {
      for (const kind of kinds) {
        const file = readKeyFile(this.pathOf(kind), kind)
        if (file !== undefined && 'sealed' in file) opened.push(await this.#openedOf(file, passphrase))
      }
    } catch (error) {
      for (const key of opened) key[Symbol.dispose]()
      throw error
    }
    for (const key of opened) {
      this.#opened.get(key.kind)?.[Symbol.dispose]()
      this.#opened.set(key.kind, key)
    }
  }

  /**
   * Puts a key under a passphrase; nothing happens to one that is sealed already.
   * @returns false where it was
   * @throws MeshError NOT_FOUND, KEY_FILE, DISK_FULL
   */
  async seal(kind: KeyKind, passphrase: string): Promise<boolean> {
    const file = this.#existing(kind)
    if ('sealed' in file) return false
    const secret = fromHex(file.secret) ?? new Uint8Array()
    // What is damaged must not be sealed: afterwards nobody could see it.
    using key = this.#keyOf(file, secret.slice())
    const sealed = await sealSecret(secret, sealedAbout(file), passphrase, this.#needs.random)
    secret.fill(0)
    replaceKeyFile(this.pathOf(kind), sealedKeyFile(key, sealed))
    return true
  }

  /**
   * Puts sealed keys under another passphrase; they never lie there in clear.
   * @throws MeshError NOT_FOUND, KEY_FILE; KEY_PASSPHRASE where one does not open, and then none is changed; DISK_FULL
   */
  async reseal(kinds: readonly KeyKind[], before: string, after: string): Promise<void> {
    const written: SealedKeyFile[] = []
    for (const kind of kinds) {
      const file = this.#existing(kind)
      if (!('sealed' in file)) continue
      using key = await this.#openedOf(file, before)
      const secret = key.secret()
      written.push(sealedKeyFile(key, await sealSecret(secret, sealedAbout(key), after, this.#needs.random)))
      secret.fill(0)
    }
    // All at once, in milliseconds: whoever is stopped between two finds one of both passphrases for each.
    for (const file of written) replaceKeyFile(this.pathOf(file.kind), file)
  }

  /** @returns false where it was not sealed. @throws MeshError NOT_FOUND, KEY_FILE, KEY_PASSPHRASE, DISK_FULL */
  async unseal(kind: KeyKind, passphrase: string): Promise<boolean> {
    const file = this.#existing(kind)
    if (!('sealed' in file)) return false
    using key = await this.#openedOf(file, passphrase)
    const secret = key.secret()
    replaceKeyFile(this.pathOf(kind), plainKeyFile(key, toHex(secret)))
    secret.fill(0)
    return true
  }

  /** Wipes what was opened. */
  [Symbol.dispose](): void {
    for (const key of this.#opened.values()) key[Symbol.dispose]()
    this.#opened.clear()
  }

  #existing(kind: KeyKind): KeyFile {
    const file = readKeyFile(this.pathOf(kind), kind)
    if (file === undefined) throw new MeshError('NOT_FOUND', { what: 'key', id: kind })
    return file
  }

  async #openedOf(file: SealedKeyFile, passphrase: string): Promise<StoredKey> {
    const secret = await openSecret(file.sealed, sealedAbout(file), passphrase)
    if (secret !== undefined) return this.#keyOf(file, secret)
    throw new MeshError('KEY_PASSPHRASE', { path: this.pathOf(file.kind), remedy: TRY_AGAIN })
  }

  #newKey(kind: KeyKind, secret: Uint8Array): StoredKey {
    const createdAt = new Date(this.#needs.clock.nowMs()).toISOString()
    return StoredKey.of(kind, createdAt, secret, this.#needs.crypto)
  }

  /** Wipes `secret`. */
  #write(key: StoredKey, content: KeyFile, secret: Uint8Array): StoredKey {
    try {
      createKeyFile(this.pathOf(key.kind), content)
      return key
    } catch (error) {
      key[Symbol.dispose]()
      throw error
    } finally {
      secret.fill(0)
    }
  }

  /** Wipes `secret`. */
  #keyOf({ kind, createdAt, address }: KeyFile, secret: Uint8Array): StoredKey {
    const path = this.pathOf(kind)
    try {
      const key = StoredKey.of(kind, createdAt, secret, this.#needs.crypto)
      if (key.address === address) return key
      key[Symbol.dispose]()
      throw damagedKey(path, 'it is damaged: its key and its address do not belong together')
    } catch (error) {
      throw unusableKey(path, error)
    } finally {
      secret.fill(0)
    }
  }
}

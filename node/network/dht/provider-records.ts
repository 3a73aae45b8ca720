/**
 * What a DHT server keeps of who has what, within bounds: provider records carry no proof, so whoever floods one key, or a million
 * keys, must not push the honest ones out. What stays is a sample that only this server's secret decides.
 */
import { BaseDatastore, MemoryDatastore } from 'datastore-core'
import type { Libp2pOptions } from 'libp2p'
import type { Hasher, Random } from '../../../protocols/kernel/ports.ts'

type Datastore = NonNullable<Libp2pOptions['datastore']>
type Key = Parameters<Datastore['put']>[0]
type Query = Parameters<Datastore['query']>[0]
type KeyQuery = Parameters<Datastore['queryKeys']>[0]

/** Of the datastore keys that kad-dht writes: `/dht/provider/<multihash>/<peer>`. */
const PREFIX = '/dht/provider'
/** Providers of one content: ten times what anybody asks for. */
export const PROVIDERS_PER_CONTENT_MAX = 200
/** Of one /24 or /48: whoever rents one has a twenty-fifth of a content's places, however many names it makes. */
export const PROVIDERS_PER_NETWORK_MAX = 8
/** Contents of one server: the coarse keys that fall to it in a network of a hundred thousand, ten times over. */
export const CONTENTS_MAX = 4_096
/** Contents weighed against a new one where there are too many. */
const WEIGHED = 16
const SECRET_BYTES = 32
/** Of what is never dropped. */
const OWN = -1

interface Entry {
  readonly key: Key
  readonly value: Uint8Array
  readonly rank: number
  /** Where the peer called from; undefined where that says nothing. */
  readonly network: string | undefined
}

interface Providers {
  /** In 0..2^48, for nobody to foresee; the highest goes first. */
  rank: number
  readonly entries: Map<string, Entry>
}

export interface ProviderRecordsNeeds {
  readonly hasher: Pick<Hasher, 'sha256'>
  readonly random: Random
  /** This node: what it announces itself is never dropped. */
  readonly self: string
  /** The network that a peer calls from; undefined for a private address, or one that is not known. */
  readonly networkOf?: (peer: string) => string | undefined
  /** Everything that is no provider record; in memory where absent. */
  readonly rest?: Datastore | undefined
}

/** A datastore for libp2p. */
export class ProviderRecords extends BaseDatastore {
  readonly #needs: ProviderRecordsNeeds
  readonly #rest: Datastore
  readonly #secret: Uint8Array
  readonly #contents = new Map<string, Providers>()

  constructor(needs: ProviderRecordsNeeds) {
    super()
    this.#needs = needs
    this.#rest = needs.rest ?? new MemoryDatastore()
    this.#secret = needs.random.bytes(SECRET_BYTES)
  }

  override put(key: Key, value: Uint8Array, ...options: []): Key | Promise<Key> {
    const path = pathOf(key)
    if (path === undefined) return this.#rest.put(key, value, ...options)
    this.#keep(key, value, path)
    return key
  }

  override get(key: Key, ...options: []): Uint8Array | Promise<Uint8Array> {
    return this.#find(key)?.value ?? this.#rest.get(key, ...options)
  }

  override has(key: Key, ...options: []): boolean | Promise<boolean> {
    return pathOf(key) === undefined ? this.#rest.has(key, ...options) : this.#find(key) !== undefined
  }

  override delete(key: Key, ...options: []): void | Promise<void> {
    const path = pathOf(key)
    if (path === undefined) return this.#rest.delete(key, ...options)
    const providers = this.#contents.get(path.content)
    providers?.entries.delete(path.peer)
    if (providers?.entries.size === 0) this.#contents.delete(path.content)
  }

  override query(query: Query, ...options: []): ReturnType<Datastore['query']> {
    return isOurs(query) ? this.#entries(query.prefix!) : this.#rest.query(query, ...options)
  }

  override queryKeys(query: KeyQuery, ...options: []): ReturnType<Datastore['queryKeys']> {
    return isOurs(query) ? keysOf(this.#entries(query.prefix!)) : this.#rest.queryKeys(query, ...options)
  }

  #find(key: Key): Entry | undefined {
    const path = pathOf(key)
    return path === undefined ? undefined : this.#contents.get(path.content)?.entries.get(path.peer)
  }

  #keep(key: Key, value: Uint8Array, { content, peer }: Path): void {
    const isOwn = peer === this.#needs.self
    const known = this.#contents.get(content)
    const providers = known ?? { rank: this.#rank(content), entries: new Map<string, Entry>() }
    if (isOwn) providers.rank = OWN
    const { entries } = providers
    const rank = isOwn ? OWN : (entries.get(peer)?.rank ?? this.#rank(`${content}/${peer}`))
    const network = isOwn ? undefined : this.#needs.networkOf?.(peer)
    entries.set(peer, { key, value, rank, network })
    if (network !== undefined) {
      const neighbours = [...entries].filter(([, entry]) => entry.network === network)
      if (neighbours.length > PROVIDERS_PER_NETWORK_MAX) entries.delete(highest(neighbours))
    }
    if (entries.size > PROVIDERS_PER_CONTENT_MAX) entries.delete(highest(entries))
    if (known !== undefined) return
    this.#contents.set(content, providers)
    if (this.#contents.size > CONTENTS_MAX) this.#contents.delete(highest([...this.#some(), [content, providers]]))
  }

  /** From a place that nobody foresees; looking at all of them for every new one would be work for a flooder to give. */
  *#some(): Generator<readonly [string, Providers]> {
    const [high, low] = this.#needs.random.bytes(2)
    let skip = ((high! << 8) | low!) % (CONTENTS_MAX - WEIGHED)
    let taken = 0
    for (const each of this.#contents) {
      if (skip-- > 0) continue
      yield each
      if (++taken === WEIGHED) return
    }
  }

  *#entries(prefix: string): Generator<Entry> {
    const [content = '', peer] = prefix.slice(PREFIX.length + 1).split('/')
    const asked = content === '' ? this.#contents.values() : [this.#contents.get(content)]
    for (const providers of asked)
      for (const [name, entry] of providers?.entries ?? []) if (peer === undefined || name === peer) yield entry
  }

  #rank(text: string): number {
    const bytes = encoder.encode(text)
    const salted = new Uint8Array(SECRET_BYTES + bytes.length)
    salted.set(this.#secret)
    salted.set(bytes, SECRET_BYTES)
    const { buffer, byteOffset } = this.#needs.hasher.sha256(salted)
    const digest = new DataView(buffer, byteOffset)
    return digest.getUint16(0) * 2 ** 32 + digest.getUint32(2)
  }
}

const encoder = new TextEncoder()

interface Path {
  readonly content: string
  readonly peer: string
}

const isOurs = ({ prefix }: { readonly prefix?: string }): boolean =>
  prefix === PREFIX || prefix?.startsWith(`${PREFIX}/`) === true

function pathOf(key: Key): Path | undefined {
  const text = key.toString()
  if (!text.startsWith(`${PREFIX}/`)) return undefined
  const [content, peer, ...more] = text.slice(PREFIX.length + 1).split('/')
  return content === undefined || peer === undefined || more.length > 0 ? undefined : { content, peer }
}

function* keysOf(entries: Iterable<Entry>): Generator<Key> {
  for (const { key } of entries) yield key
}

function highest(ranked: Iterable<readonly [string, { readonly rank: number }]>): string {
  let [found, most] = ['', -2]
  for (const [name, { rank }] of ranked) if (rank > most) [found, most] = [name, rank]
  return found
}

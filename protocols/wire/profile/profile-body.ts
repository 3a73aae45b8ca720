/** The body of a profile: what a node is made of and what it speaks, in its own words. README.md beside this file is the spec. */
import { array, type Codec, record, text, textAs, u16, u64, uint, uSafe } from '../../kernel/codec.ts'
import { optional, struct } from '../../kernel/open-codec.ts'
import { keyCertCodec, type SignedKeyCert } from '../../statements/key-cert.ts'
import { CLASS_BYTES_MAX, REGION_BYTES_MAX, SHARD_WORD } from '../offer/offer-body.ts'

/** A holder keeps one record of every node near its own id, and the newest 16,384 in memory: 32 MB of these. */
export const PROFILE_BYTES_MAX = 2_048
/** What key, envelope and signature leave: they take at most 195 bytes. */
export const PROFILE_BODY_BYTES_MAX: number = PROFILE_BYTES_MAX - 200
/** Cards of one machine: what the largest boards take. */
export const PROFILE_GPUS_MAX = 16
/** The longest name on the market has 55 characters. */
export const GPU_MODEL_BYTES_MAX = 64
export const GPU_PLATFORM_BYTES_MAX = 24
/** Ten protocols, each in two majors, with room for as many that this version does not know. */
const PROFILE_PROTOCOLS_MAX = 32
const PROTOCOL_NAME_BYTES_MAX = 24
const PROFILE_ROLES_MAX = 8
const ROLE_BYTES_MAX = 16
/** Words of the catalogue's rows; the longest has 29 characters. */
const CATALOGUE_ID_BYTES_MAX = 48
const ARCHITECTURE_BYTES_MAX = 24
/** Regions to which a node says how far it is: more than any network has. */
export const PROFILE_LATENCIES_MAX = 16
const PROGRAM_VERSION_BYTES_MAX = 32

/**
 * One card. What the node could not find out is absent: 0 bytes or an empty name would be a claim, and a false one.
 * A card of which nothing is known is `{}`: it still counts.
 */
export interface ProfileGpu {
  /** As the driver names it, for example `NVIDIA GeForce RTX 4090`. */
  readonly model?: string
  /** What drives it, for example `CUDA 12.8` or `ROCm 6.4`. */
  readonly platform?: string
  readonly memoryBytes?: number
  /** Row of the catalogue of cards, where the machine says which model it is. */
  readonly catalogueId?: string
  /** Generation, as in capability keys: `ada`. */
  readonly architecture?: string
  /** Measured by the node's own engine, as in `rules/cards/measured-figures.ts`; of what runs the models, not of a leaflet. */
  readonly fp32Gflops?: number
  readonly fp16Gflops?: number
  readonly int8Gops?: number
  readonly memoryMBps?: number
  /** 0 to 100, hundredths of the score of `rules/classification`. */
  readonly edgeScore?: number
}

/** How long a round trip between the node and peers of a region takes, mostly: the median of what it measured. */
export interface RegionLatency {
  readonly region: string
  readonly latencyMs: number
}

/** A protocol that the node serves, in one of its majors. */
export interface ServedProtocol {
  readonly name: string
  readonly major: number
}

export interface ProfileBody {
  /** Binds the node's key to its owner; absent where no owner vouches for the node. */
  readonly certificate?: SignedKeyCert
  /** Region and class that the node gossips in: the two words of its offers' shard. */
  readonly region: string
  readonly gpuClass: string
  readonly gpus: readonly ProfileGpu[]
  /** Feature bits. One that the reader does not know means nothing to it. */
  readonly features: bigint
  /** For people, and for the dates of a network's deprecations. */
  readonly programVersion: string
  readonly protocols: readonly ServedProtocol[]
  /** `miner`, `router`, `client`; a word that the reader does not know means nothing to it. */
  readonly roles: readonly string[]
  /** Only what was measured: absent until then. */
  readonly latencies?: readonly RegionLatency[]
  /** What its line carries, both ways, as far as it was measured: kbit a second. */
  readonly upKbps?: number
  readonly downKbps?: number
  /** Present and 1 where the node takes no work: there is no un-publishing, a later record says it. */
  readonly paused?: number
}

/** Shown in terminals and pages: no control character, no second direction of writing, no look-alike. */
const PRINTABLE = /^[ -~]+$/
const VERSION = /^[0-9A-Za-z.+-]+$/

/** A figure of something that is there. */
const positive = (inner: Codec<number>): Codec<number> => ({
  bytesMax: inner.bytesMax,
  write(writer, value) {
    if (value === 0) throw new RangeError('0: what is not known is left out')
    inner.write(writer, value)
  },
  read: (reader) => inner.read(reader) || reader.fail('0: what is not known is left out'),
})

const amount: Codec<number> = positive(uSafe)

/** Keys are one or two letters: sixteen cards repeat theirs sixteen times. */
interface GpuWire {
  readonly m?: string
  readonly p?: string
  readonly b?: number
  readonly i?: string
  readonly a?: string
  readonly f?: number
  readonly h?: number
  readonly q?: number
  readonly w?: number
  readonly e?: number
}

const gpuWire: Codec<GpuWire> = struct<GpuWire>({
  m: optional(text(GPU_MODEL_BYTES_MAX, PRINTABLE)),
  p: optional(text(GPU_PLATFORM_BYTES_MAX, PRINTABLE)),
  b: optional(amount),
  i: optional(text(CATALOGUE_ID_BYTES_MAX, SHARD_WORD)),
  a: optional(text(ARCHITECTURE_BYTES_MAX, SHARD_WORD)),
  f: optional(amount),
  h: optional(amount),
  q: optional(amount),
  w: optional(amount),
  e: optional(uint(100)),
})

const gpuKeys = {
  model: 'm',
  platform: 'p',
  memoryBytes: 'b',
  catalogueId: 'i',
  architecture: 'a',
  fp32Gflops: 'f',
  fp16Gflops: 'h',
  int8Gops: 'q',
  memoryMBps: 'w',
  edgeScore: 'e',
} as const satisfies Record<keyof ProfileGpu, keyof GpuWire>

/** The same values under other keys; what is not there stays away. */
const renamed = (value: object, keys: readonly (readonly [from: string, to: string])[]): object =>
  Object.fromEntries(
    keys.flatMap(([from, to]) => {
      const each = (value as Readonly<Record<string, unknown>>)[from]
      return each === undefined ? [] : [[to, each]]
    }),
  )
const toWire = Object.entries(gpuKeys)
const fromWire = toWire.map(([name, key]) => [key, name] as const)

const gpuCodec: Codec<ProfileGpu> = {
  bytesMax: gpuWire.bytesMax,
  write: (writer, gpu) => gpuWire.write(writer, renamed(gpu, toWire) as GpuWire),
  read: (reader) => renamed(gpuWire.read(reader), fromWire) as ProfileGpu,
}

interface BodyWire {
  readonly k?: SignedKeyCert
  readonly r: string
  readonly c: string
  readonly g: readonly ProfileGpu[]
  readonly f: bigint
  readonly v: string
  readonly s: readonly ServedProtocol[]
  readonly ro: readonly string[]
  readonly p?: number
  readonly l?: readonly RegionLatency[]
  readonly u?: number
  readonly d?: number
}

const bodyWire: Codec<BodyWire> = struct<BodyWire>({
  k: optional(keyCertCodec),
  r: text(REGION_BYTES_MAX, SHARD_WORD),
  c: text(CLASS_BYTES_MAX, SHARD_WORD),
  g: array(gpuCodec, PROFILE_GPUS_MAX),
  f: u64,
  v: text(PROGRAM_VERSION_BYTES_MAX, VERSION),
  s: array(
    record<ServedProtocol>({ name: textAs(PROTOCOL_NAME_BYTES_MAX, SHARD_WORD), major: u16 }),
    PROFILE_PROTOCOLS_MAX,
  ),
  ro: array(text(ROLE_BYTES_MAX, SHARD_WORD), PROFILE_ROLES_MAX),
  p: optional(uint(1)),
  l: optional(
    array(
      record<RegionLatency>({ region: textAs(REGION_BYTES_MAX, SHARD_WORD), latencyMs: positive(u16) }),
      PROFILE_LATENCIES_MAX,
      1,
    ),
  ),
  u: optional(amount),
  d: optional(amount),
})

/** Not everything fits at its largest at once: the record's size is the law, and sixteen cards of the longest name fit it. */
export const profileBodyCodec: Codec<ProfileBody> = {
  bytesMax: PROFILE_BODY_BYTES_MAX,
  write: (writer, body) =>
    bodyWire.write(writer, {
      ...(body.certificate === undefined ? {} : { k: body.certificate }),
      r: body.region,
      c: body.gpuClass,
      g: body.gpus,
      f: body.features,
      v: body.programVersion,
      s: body.protocols,
      ro: body.roles,
      ...(body.paused === undefined ? {} : { p: body.paused }),
      ...(body.latencies === undefined ? {} : { l: body.latencies }),
      ...(body.upKbps === undefined ? {} : { u: body.upKbps }),
      ...(body.downKbps === undefined ? {} : { d: body.downKbps }),
    }),
  read: (reader) => {
    const wire = bodyWire.read(reader)
    return {
      ...(wire.k === undefined ? {} : { certificate: wire.k }),
      region: wire.r,
      gpuClass: wire.c,
      gpus: wire.g,
      features: wire.f,
      programVersion: wire.v,
      protocols: wire.s,
      roles: wire.ro,
      ...(wire.p === undefined ? {} : { paused: wire.p }),
      ...(wire.l === undefined ? {} : { latencies: wire.l }),
      ...(wire.u === undefined ? {} : { upKbps: wire.u }),
      ...(wire.d === undefined ? {} : { downKbps: wire.d }),
    }
  },
}

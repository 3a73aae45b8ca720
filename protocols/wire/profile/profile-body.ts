/** The body of a profile: what a node is made of and what it speaks, in its own words. README.md beside this file is the spec. */
import { array, type Codec, optional, record, struct, text, textAs, u16, u64, uint, uSafe } from '../../kernel/codec.ts'
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
export const PROFILE_PROTOCOLS_MAX = 32
export const PROTOCOL_NAME_BYTES_MAX = 24
export const PROFILE_ROLES_MAX = 8
const ROLE_BYTES_MAX = 16
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
  /** Present and 1 where the node takes no work: there is no un-publishing, a later record says it. */
  readonly paused?: number
}

/** Shown in terminals and pages: no control character, no second direction of writing, no look-alike. */
const PRINTABLE = /^[ -~]+$/
const VERSION = /^[0-9A-Za-z.+-]+$/

const memoryBytes: Codec<number> = {
  bytesMax: uSafe.bytesMax,
  write(writer, value) {
    if (value === 0) throw new RangeError('memory that is not known is left out')
    uSafe.write(writer, value)
  },
  read: (reader) => uSafe.read(reader) || reader.fail('0 bytes of memory: what is not known is left out'),
}

/** Keys are one or two letters: sixteen cards repeat theirs sixteen times. */
interface GpuWire {
  readonly m?: string
  readonly p?: string
  readonly b?: number
}

const gpuWire: Codec<GpuWire> = struct<GpuWire>({
  m: optional(text(GPU_MODEL_BYTES_MAX, PRINTABLE)),
  p: optional(text(GPU_PLATFORM_BYTES_MAX, PRINTABLE)),
  b: optional(memoryBytes),
})

const gpuCodec: Codec<ProfileGpu> = {
  bytesMax: gpuWire.bytesMax,
  write: (writer, { model, platform, memoryBytes }) =>
    gpuWire.write(writer, {
      ...(model === undefined ? {} : { m: model }),
      ...(platform === undefined ? {} : { p: platform }),
      ...(memoryBytes === undefined ? {} : { b: memoryBytes }),
    }),
  read: (reader) => {
    const { m, p, b } = gpuWire.read(reader)
    return {
      ...(m === undefined ? {} : { model: m }),
      ...(p === undefined ? {} : { platform: p }),
      ...(b === undefined ? {} : { memoryBytes: b }),
    }
  },
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
    }
  },
}

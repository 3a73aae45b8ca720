/** Bodies of profiles: value and bytes, what a later version may add, and what is none. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { encodeKeyCert, signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { type ProfileBody, profileBodyCodec } from '../../../protocols/wire/profile/profile-body.ts'
import { cast, domain } from '../statement-vectors/cast.ts'
import { arrayOf, bytesItem, hex, intItem, mapOf, textItem } from '../statement-vectors/cbor-parts.ts'

export const NOW_MS = 1_790_000_000_000
const GIB = 2 ** 30

export const certificate = signKeyCert(
  domain,
  {
    owner: cast.owner.signer.address,
    operator: cast.operator.signer.address,
    notBefore: 1_789_000_000n,
    notAfter: 1_800_000_000n,
  },
  cast.owner.signer,
  cast.operator.signer,
)

export const miner: ProfileBody = {
  region: 'eu-west',
  gpuClass: 'inference',
  gpus: [{ model: 'NVIDIA GeForce RTX 4090', platform: 'CUDA 12.8', memoryBytes: 24 * GIB }],
  features: 0n,
  programVersion: '0.1.0',
  protocols: [
    { name: 'job', major: 1 },
    { name: 'payment', major: 1 },
  ],
  roles: ['miner', 'router', 'client'],
}

/** As much as a node can say of itself. */
const measured: ProfileBody = {
  ...miner,
  gpus: [
    {
      model: 'NVIDIA GeForce RTX 4090',
      platform: 'CUDA 12.8',
      memoryBytes: 24 * GIB,
      catalogueId: 'rtx-4090',
      architecture: 'ada',
      fp32Gflops: 61_000,
      fp16Gflops: 118_000,
      int8Gops: 230_000,
      memoryMBps: 910_000,
      edgeScore: 71,
    },
    { model: 'AMD Ryzen 9 7950X', platform: 'CPU', fp32Gflops: 900, edgeScore: 0 },
  ],
  latencies: [
    { region: 'eu-west', latencyMs: 12 },
    { region: 'us-east', latencyMs: 95 },
  ],
  upKbps: 40_000,
  downKbps: 250_000,
}

const bare: ProfileBody = { ...miner, gpus: [], protocols: [], roles: [] }

/** The rig that costs the most bytes of those that can be bought: sixteen cards of the longest name there is. */
export const largestRig: ProfileBody = {
  certificate,
  region: 'r'.repeat(24),
  gpuClass: 'c'.repeat(24),
  gpus: Array.from({ length: 16 }, () => ({
    model: 'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition',
    platform: 'CUDA 12.8',
    memoryBytes: 96 * GIB,
  })),
  features: 2n ** 64n - 1n,
  programVersion: '10.20.30-rc.1',
  protocols: ['job', 'payment', 'offer-table', 'directory', 'audit', 'qos'].map((name) => ({ name, major: 1 })),
  roles: ['miner', 'router', 'client'],
  paused: 1,
}

export interface BodyVector {
  readonly name: string
  readonly value: ProfileBody
  readonly bytes: string
}

/** Value to bytes and back. */
export function bodies(): readonly BodyVector[] {
  const of = (name: string, value: ProfileBody): BodyVector => ({
    name,
    value,
    bytes: toHex(encode(profileBodyCodec, value)),
  })
  return [
    of('a miner with one card', miner),
    of('with a certificate', { ...miner, certificate }),
    of('paused', { ...miner, paused: 1 }),
    of('without cards', bare),
    of('a card of which nothing is known', { ...bare, gpus: [{}] }),
    of('a card whose memory is not known', { ...bare, gpus: [{ model: 'Apple M3 Max', platform: 'Metal' }] }),
    of('a protocol in two majors', { ...bare, protocols: [1, 2].map((major) => ({ name: 'job', major })) }),
    of('every feature bit', { ...bare, features: 2n ** 64n - 1n }),
    of('the largest rig', largestRig),
    of('with all that can be measured', measured),
  ]
}

type Row = readonly [key: string, value: Uint8Array]
const optionalKeys = ['d', 'k', 'l', 'p', 'u']
const pair = (name: string, major: number): Uint8Array => arrayOf(textItem(name), intItem(major))

/** The rows of {@link bare} in the order of their keys, with some replaced, and others behind: longer keys sort later. */
function rows(changed: Readonly<Record<string, Uint8Array | undefined>> = {}, ...behind: readonly Row[]): Uint8Array {
  const base: readonly Row[] = [
    ['c', textItem('inference')],
    ['d', intItem(1)],
    ['f', intItem(0)],
    ['g', arrayOf()],
    ['k', bytesItem(new Uint8Array(0))],
    ['l', arrayOf()],
    ['p', intItem(0)],
    ['r', textItem('eu-west')],
    ['s', arrayOf()],
    ['u', intItem(1)],
    ['v', textItem('0.1.0')],
    ['ro', arrayOf()],
  ]
  const kept = base.flatMap(([key, value]): Row[] => {
    const item = Object.hasOwn(changed, key) ? changed[key] : optionalKeys.includes(key) ? undefined : value
    return item === undefined ? [] : [[key, item]]
  })
  return mapOf(...[...kept, ...behind].flatMap(([key, value]) => [textItem(key), value]))
}

const card = (...items: readonly Row[]): Uint8Array =>
  rows({ g: arrayOf(mapOf(...items.flatMap(([key, value]) => [textItem(key), value]))) })

/** What a later minor version may write: this one reads the value and steps over the rest. */
export function laterBodies(): readonly BodyVector[] {
  const of = (name: string, value: ProfileBody, bytes: Uint8Array): BodyVector => ({ name, value, bytes: toHex(bytes) })
  return [
    of('a key that is not known', bare, rows({}, ['watts', intItem(450)])),
    of(
      'a key of a card that is not known',
      { ...bare, gpus: [{ model: 'x' }] },
      card(['m', textItem('x')], ['tdp', intItem(450)]),
    ),
    of('a critical key that is known', bare, rows({}, ['critical', arrayOf(textItem('g'))])),
    of('a role that is not known', { ...bare, roles: ['archivist'] }, rows({ ro: arrayOf(textItem('archivist')) })),
    of('not paused, said', { ...bare, paused: 0 }, rows({ p: intItem(0) })),
  ]
}

export interface InvalidBody {
  readonly name: string
  readonly bytes: string
  readonly error: 'malformed' | 'unsupported'
}

export function invalidBodies(): readonly InvalidBody[] {
  const of = (name: string, bytes: Uint8Array): InvalidBody => ({ name, bytes: toHex(bytes), error: 'malformed' })
  const later = (name: string, bytes: Uint8Array): InvalidBody => ({ ...of(name, bytes), error: 'unsupported' })
  const whole = rows()
  return [
    later(
      'a critical key that is not known',
      rows({}, ['watts', intItem(450)], ['critical', arrayOf(textItem('watts'))]),
    ),
    later('a critical key of a card', card(['m', textItem('x')], ['critical', arrayOf(textItem('tdp'))])),
    of('empty', new Uint8Array(0)),
    of('a byte short', whole.slice(0, -1)),
    of('a byte behind', hex(`${toHex(whole).slice(2)}00`)),
    of('a list', arrayOf()),
    of('without a region', rows({ r: undefined })),
    of('without a class', rows({ c: undefined })),
    of('without cards, not even none', rows({ g: undefined })),
    of('without features', rows({ f: undefined })),
    of('without a version', rows({ v: undefined })),
    of('without protocols, not even none', rows({ s: undefined })),
    of('without roles, not even none', rows({ ro: undefined })),
    of('a region in capitals', rows({ r: textItem('EU') })),
    of('a region with a slash, as of another shard', rows({ r: textItem('eu/west') })),
    of('an empty region', rows({ r: textItem('') })),
    of('a region of 25 bytes', rows({ r: textItem('r'.repeat(25)) })),
    of('a class of 25 bytes', rows({ c: textItem('c'.repeat(25)) })),
    of('seventeen cards', rows({ g: arrayOf(...Array.from({ length: 17 }, () => mapOf())) })),
    of('a card that is a text', rows({ g: arrayOf(textItem('RTX 4090')) })),
    of('a card with 0 bytes of memory', card(['b', intItem(0)])),
    of('a card with negative memory', card(['b', intItem(-1)])),
    of('a card with 2^53 bytes of memory', card(['b', intItem(2n ** 53n)])),
    of('a card with memory as text', card(['b', textItem('24 GiB')])),
    of('a card with an empty model', card(['m', textItem('')])),
    of('a card with a model of 65 bytes', card(['m', textItem('m'.repeat(65))])),
    of('a model that clears a terminal', card(['m', textItem('\u001b[2J')])),
    of('a model that turns the text around', card(['m', textItem('\u202e4090')])),
    of('a model with look-alike letters', card(['m', textItem('RТХ 4090')])),
    of('a model on two lines', card(['m', textItem('RTX\n4090')])),
    of('a platform of 25 bytes', card(['p', textItem('p'.repeat(25))])),
    of('a card with a row of the catalogue in capitals', card(['i', textItem('RTX-4090')])),
    of('a card with a row of the catalogue of 49 bytes', card(['i', textItem('i'.repeat(49))])),
    of('an architecture with a space', card(['a', textItem('ada lovelace')])),
    ...['f', 'h', 'q', 'w'].flatMap((key) => [
      of(`a card that was measured to do nothing (${key})`, card([key, intItem(0)])),
      of(`a card with a negative figure (${key})`, card([key, intItem(-1)])),
      of(`a card with a figure of 2^53 (${key})`, card([key, intItem(2n ** 53n)])),
      of(`a card with a figure as text (${key})`, card([key, textItem('1')])),
    ]),
    of('a score above one', card(['e', intItem(101)])),
    of('a score as a float', card(['e', hex('f9 3800')])),
    of('latencies to nowhere, said', rows({ l: arrayOf() })),
    of('latencies to 17 regions', rows({ l: arrayOf(...Array.from({ length: 17 }, () => pair('eu-west', 1))) })),
    of('a latency of 0', rows({ l: arrayOf(pair('eu-west', 0)) })),
    of('a latency of 65,536 ms', rows({ l: arrayOf(pair('eu-west', 65_536)) })),
    of('a latency to a region in capitals', rows({ l: arrayOf(pair('EU', 1)) })),
    of('a line that carries nothing', rows({ u: intItem(0) })),
    of('a line that carries less than nothing', rows({ d: intItem(-1) })),
    of('a card with its keys out of order', card(['m', textItem('x')], ['b', intItem(1)])),
    of('a feature word of 2^64', rows({ f: hex('c2 49 010000000000000000') })),
    of('negative features', rows({ f: intItem(-1) })),
    of('a version with a space', rows({ v: textItem('0.1.0 beta') })),
    of('a version of 33 bytes', rows({ v: textItem('1'.repeat(33)) })),
    of('a protocol without its major', rows({ s: arrayOf(arrayOf(textItem('job'))) })),
    of('a major of 65,536', rows({ s: arrayOf(pair('job', 65_536)) })),
    of('a protocol name with a slash', rows({ s: arrayOf(pair('job/1', 1)) })),
    of('33 protocols', rows({ s: arrayOf(...Array.from({ length: 33 }, () => pair('job', 1))) })),
    of('nine roles', rows({ ro: arrayOf(...Array.from({ length: 9 }, () => textItem('miner'))) })),
    of('a role of 17 bytes', rows({ ro: arrayOf(textItem('r'.repeat(17))) })),
    of('paused twice', rows({ p: intItem(2) })),
    of('paused as true', rows({ p: hex('f5') })),
    of('a certificate that is none', rows({ k: bytesItem(encodeKeyCert(certificate)) })),
    of('a certificate with a signature less', rows({ k: encodeKeyCert(certificate).slice(0, -66).with(0, 0x87) })),
    of('longer than a body may be', rows({}, ['zz', textItem('x'.repeat(1_900))])),
  ]
}

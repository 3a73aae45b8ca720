import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { describe, expect, it } from 'vitest'
import { inspectModel } from '../../../../node/models/inspector/inspect-model.ts'
import { WireReader } from '../../../../node/models/inspector/wire-reader.ts'
import { isMeshError, MeshError } from '../../../../protocols/kernel/errors.ts'
import { loopedPerceptronModel, perceptronModel, sumAndDifferenceModel } from '../../../support/engines/onnx-models.ts'
import { hostileGraphs } from '../../../support/hostile-models/graphs.ts'
import { hostileTensors } from '../../../support/hostile-models/tensors.ts'

const refusal = (bytes: Uint8Array): Promise<unknown> =>
  inspectModel({ bytes, path: 'model.onnx' }).then(
    () => 'taken',
    (error: unknown) => (error instanceof MeshError ? { code: error.code, ...error.facts } : error),
  )

const bytes = (...field: readonly (readonly [number, Uint8Array])[]): Uint8Array => {
  const writer = new BinaryWriter()
  for (const [number, content] of field) writer.tag(number, WireType.LengthDelimited).bytes(content)
  return writer.finish()
}
const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const sound = perceptronModel(4, 1)
const soundGraph = ((): Uint8Array => {
  const reader = new WireReader(sound)
  while (reader.next()) if (reader.field === 7) return sound.subarray(reader.from, reader.to)
  throw new Error('the model has no graph')
})()
const varint = (number: number, value: bigint): Uint8Array =>
  new BinaryWriter().tag(number, WireType.Varint).int64(value).finish()
const malformed: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['no bytes', new Uint8Array(), /no graph/],
  ['a page of the web', text('<html><body>not found</body></html>'), /./],
  ['a model cut in the middle', sound.subarray(0, sound.length / 2), /cut off/],
  ['a length beyond the end', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0x7f), /cut off/],
  ['a length below zero', Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01), /cut off/],
  ['a number without end', Uint8Array.of(0x08, ...Array(12).fill(0x80)), /64 bits/],
  ['a number of 70 bits', Uint8Array.of(0x08, ...Array(9).fill(0xff), 0x7f), /64 bits/],
  ['the field number 0', Uint8Array.of(0x02, 0x00), /field number 0/],
  ['a group', Uint8Array.of(0x3b, 0x3c), /wire type 3/],
  ['an unused wire type', Uint8Array.of(0x0f), /wire type 7/],
  ['two graphs, which readers merge', Buffer.concat([sound, bytes([7, soundGraph])]), /field 7 stands twice/],
  ['a graph that is a number', varint(7, 1n), /field 7 has the wire type 0/],
  ['a version that is a text', bytes([1, text('10')]), /field 1 has the wire type 2/],
]

describe('the inspector calls it no model file:', () => {
  it.each(malformed)('%s', async (_, file, why) => {
    expect(await refusal(file)).toEqual({ code: 'MODEL_FILE', path: 'model.onnx', why: expect.stringMatching(why) })
  })

  it('a type that some readers cut to another', async () => {
    const cut = Buffer.concat([varint(1, 10n), bytes([7, bytes([5, varint(2, 2n ** 32n + 1n)])])])
    expect(await refusal(cut)).toMatchObject({ code: 'MODEL_FILE', why: expect.stringMatching(/32 bits/) })
  })
})

describe('the reader of the encoding', () => {
  it.each([0n, 1n, 127n, 128n, 300n, 2n ** 28n, 2n ** 31n, 2n ** 32n + 5n, 2n ** 53n - 1n, -1n, -300n, -(2n ** 52n)])(
    'reads %d as it was written',
    (value) => {
      const reader = new WireReader(varint(1, value))
      expect(reader.next()).toBe(true)
      expect(reader.value).toBe(Number(value))
      expect(reader.next()).toBe(false)
    },
  )
})

describe('whatever the bytes are, the inspector', () => {
  const files = [
    ...[sound, sumAndDifferenceModel(), loopedPerceptronModel(4, 3)],
    ...[...hostileGraphs, ...hostileTensors].map((hostile) => hostile.bytes()).filter((file) => file.length < 4_096),
  ]

  it('takes them or refuses them, at once, for every cut of every model', async () => {
    for (const file of files) {
      for (let length = 0; length < file.length; length += 1 + Math.floor(file.length / 64))
        await expectJudged(file.subarray(0, length))
    }
  })

  it('takes them or refuses them, at once, for 2000 that were tampered with', async () => {
    const random = seeded(20_261)
    const start = process.threadCpuUsage()
    let taken = 0
    for (let i = 0; i < 2_000; i++) {
      const file = tampered(files[random(files.length)]!, files[random(files.length)]!, random)
      if ((await expectJudged(file)) === 'taken') taken++
    }
    // Some changes do no harm, most do: a test that takes everything or nothing tests nothing.
    expect(taken).toBeGreaterThan(20)
    expect(taken).toBeLessThan(1_500)
    expect(computedMs(start)).toBeLessThan(5_000)
  })
})

/** Of this thread: what else the machine does takes no part. */
function computedMs(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1_000
}

async function expectJudged(file: Uint8Array): Promise<string> {
  const start = process.threadCpuUsage()
  const verdict = await inspectModel({ bytes: file, path: 'model.onnx' }).then(
    () => 'taken',
    (error: unknown) => (isMeshError(error, 'MODEL_FILE', 'MODEL_REFUSED') ? 'refused' : error),
  )
  expect(['taken', 'refused']).toContain(verdict)
  expect(computedMs(start)).toBeLessThan(500)
  return verdict as string
}

/** Numerical Recipes' generator: the same files in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Bytes changed, cut, repeated, taken from another file, made large where a length stands, or nothing but noise. */
function tampered(file: Uint8Array, other: Uint8Array, random: (below: number) => number): Uint8Array {
  const made = new Uint8Array(file)
  const at = random(made.length)
  switch (random(7)) {
    case 0:
      for (let i = random(4); i >= 0; i--) made[random(made.length)] = random(256)
      return made
    case 1:
      return made.subarray(0, at)
    case 2:
      return Buffer.concat([made.subarray(0, at), made.subarray(random(at + 1), at), made.subarray(at)])
    case 3:
      return Buffer.concat([made.subarray(0, at), other.subarray(random(other.length))])
    case 4:
      made.set([0xff, 0xff, 0xff, 0xff, 0x7f].slice(0, made.length - at), at)
      return made
    case 5:
      made[at] = (made[at]! ^ (1 << random(8))) & 0xff
      return made
    default:
      return Uint8Array.from({ length: random(512) }, () => random(256))
  }
}

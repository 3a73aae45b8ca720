import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import {
  CAPABILITY_MODELS_MAX,
  CAPABILITY_SHARDS,
  capabilitiesOf,
  capabilityKey,
  hasArchitecture,
  hasMemory,
  servesModel,
  shardOf,
} from '../../../protocols/wire/profile/capability-key.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'

const MIB = 2 ** 20
const model = modelIdOf(crypto.sha256(Uint8Array.of(1)))
const card = (mib: number) => ({ memoryBytes: mib * MIB })
const memory = (...mib: readonly number[]) => capabilitiesOf({ gpus: mib.map(card), models: [] })

describe('what a miner can do, in words', () => {
  it('is its models, the steps of memory that its largest card reaches, and its architectures', () => {
    expect(
      capabilitiesOf({ gpus: [card(8_192), card(12_288)], architectures: ['ada', 'ada'], models: [model] }),
    ).toEqual([`model/${model}`, 'vram>=4', 'vram>=8', 'vram>=12', 'arch/ada'])
  })

  it('goes by what is sold, not by what the driver keeps back: T4 16 GB, 4090 24 GB, L40S 48 GB', () => {
    expect(memory(15_360).at(-1)).toBe('vram>=16')
    expect(memory(24_564).at(-1)).toBe('vram>=24')
    expect(memory(46_068).at(-1)).toBe('vram>=48')
    // A 1080 Ti has 11.
    expect(memory(11_264).at(-1)).toBe('vram>=8')
  })

  it('is nothing where nothing is known: a card of unknown memory has not 0 bytes, nor any step', () => {
    expect(capabilitiesOf({ gpus: [{}], models: [] })).toEqual([])
    expect(memory(2_048)).toEqual([])
  })

  it('never takes more than twenty of the keys of a node', () => {
    const models = Array.from({ length: 64 }, (_, i) => modelIdOf(crypto.sha256(Uint8Array.of(i))))
    const able = capabilitiesOf({ gpus: [card(10 ** 6)], architectures: ['ada', 'ampere', 'turing'], models })
    expect(able).toHaveLength(20)
    expect(able.slice(0, CAPABILITY_MODELS_MAX)).toEqual(models.slice(0, CAPABILITY_MODELS_MAX).map(servesModel))
  })

  it('knows no step between the steps, and no architecture that is no word', () => {
    expect(() => hasMemory(10)).toThrow(RangeError)
    for (const word of ['', 'Ada', 'ada lovelace', 'x'.repeat(25), 'a/b']) {
      expect(() => hasArchitecture(word), word).toThrow(RangeError)
    }
  })
})

describe('the key of a capability', () => {
  it('is the hash of its name, network and shard', () => {
    const text = new TextEncoder().encode(`/aitbc/01234567/gpu/1/vram>=24/5`)
    expect(capabilityKey(crypto, '01234567', hasMemory(24), 5)).toBe(toHex(crypto.keccak256(text)))
    expect(fromHex(capabilityKey(crypto, '01234567', servesModel(model), 15))).toHaveLength(32)
  })

  it('has sixteen shards', () => {
    for (const shard of [-1, 16, 0.5, Number.NaN]) {
      expect(() => capabilityKey(crypto, '01234567', hasMemory(24), shard)).toThrow(RangeError)
    }
  })

  it('spreads peers evenly over its shards', () => {
    const counts = new Array<number>(CAPABILITY_SHARDS).fill(0)
    for (let i = 0; i < 1_600; i++) counts[shardOf(crypto, peerId(`16Uiu2HAm${i}`))]!++
    // 100 each, and four deviations of sqrt(1600/16).
    expect(Math.min(...counts)).toBeGreaterThan(60)
    expect(Math.max(...counts)).toBeLessThan(140)
  })
})

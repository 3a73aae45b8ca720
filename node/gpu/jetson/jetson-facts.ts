/** What a Jetson is, by its device tree and the release of its system. */
import { known } from '../../../protocols/kernel/known.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { at, jsonWithin } from '../text/json-within.ts'
import { memoryBytes } from '../text/plausible.ts'
import { wordsIn } from '../text/words.ts'
import { moduleOf } from './jetson-modules.ts'

export const JETSON_KEY = 'tegra/gpu'

export const jetsonFactFiles = {
  /** These tell Nano, NX and AGX apart, which no tool does. */
  model: '/proc/device-tree/model',
  compatible: '/proc/device-tree/compatible',
  release: '/etc/nv_tegra_release',
  cuda: '/usr/local/cuda/version.json',
  memory: '/proc/meminfo',
} as const

export type JetsonTexts = Partial<Readonly<Record<keyof typeof jetsonFactFiles, string>>>

/** Compute capability of each chip, as NVIDIA lists it (developer.nvidia.com/cuda-gpus); Thor's as since CUDA 13. */
const chips: readonly (readonly [chip: string, computeCapability: string])[] = [
  ['nvidia,tegra264', '11.0'],
  ['nvidia,tegra234', '8.7'],
  ['nvidia,tegra194', '7.2'],
  ['nvidia,tegra186', '6.2'],
  ['nvidia,tegra210', '5.3'],
]

/** A Tegra chip under NVIDIA's system, or under the plain kernel. */
export const isJetson = ({ compatible, release }: JetsonTexts): boolean =>
  release !== undefined || chipOf(compatible) !== undefined

/** `undefined` memory where the kernel does not say: then `tegrastats` may. */
export function jetsonFacts(texts: JetsonTexts, memoryFromTool: number | undefined): CardFacts {
  const driver = releaseOf(texts.release)
  return known<CardFacts>({
    key: JETSON_KEY,
    seenBy: ['jetson'],
    vendor: 'nvidia',
    name: moduleOf(compatibleIn(texts.compatible)) ?? wordsIn(texts.model?.replaceAll('\0', '')),
    form: 'integrated',
    memoryBytes: memoryOf(texts.memory) ?? memoryFromTool,
    sharesMemory: true,
    driver,
    platforms: driver === undefined ? {} : { CUDA: cudaOf(texts.cuda) ?? true },
    computeCapability: chipOf(texts.compatible),
    limits: {},
  })
}

/** Texts of the device tree end in NUL; there are several, the board's first and the chip's last. */
const compatibleIn = (text: string | undefined): readonly string[] =>
  text?.split('\0', COMPATIBLE_MAX).map((name) => name.trim()) ?? []
const COMPATIBLE_MAX = 16

const chipOf = (compatible: string | undefined): string | undefined => {
  const names = compatibleIn(compatible)
  return chips.find(([chip]) => names.includes(chip))?.[1]
}

/** `# R36 (release), REVISION: 4.3, GCID: ...`: CUDA's driver comes with the release. */
function releaseOf(text: string | undefined): string | undefined {
  const found = text === undefined ? null : /R(\d{1,3}) \(release\), REVISION: (\d{1,3}(?:\.\d{1,3})?)/.exec(text)
  return found === null ? undefined : `L4T ${found[1]}.${found[2]}`
}

const cudaOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : wordsIn(at(jsonWithin(text), 'cuda', 'version'))

const KIB = 1_024

function memoryOf(meminfo: string | undefined): number | undefined {
  const kib = meminfo === undefined ? undefined : /^MemTotal:\s{1,40}(\d{1,12}) kB$/m.exec(meminfo)?.[1]
  return kib === undefined ? undefined : memoryBytes(Number(kib) * KIB)
}

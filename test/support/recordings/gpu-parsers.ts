/** Parsers of what tools print and files hold about cards, with recordings of it. */
import { adrenoFacts, adrenoFiles, adrenoReading } from '../../../node/gpu/adreno-sysfs/parse-adreno.ts'
import { amdSmiFacts } from '../../../node/gpu/amd-smi/amd-smi-facts.ts'
import { amdSmiProcesses, amdSmiReading } from '../../../node/gpu/amd-smi/amd-smi-reading.ts'
import { amdSmiTrees } from '../../../node/gpu/amd-smi/amd-smi-tree.ts'
import { factFiles, hwmonLimitFiles, hwmonReadingFiles, readingFiles } from '../../../node/gpu/amdgpu/amd-card-files.ts'
import { amdFacts } from '../../../node/gpu/amdgpu/amd-facts.ts'
import { amdReading } from '../../../node/gpu/amdgpu/amd-reading.ts'
import { computeNodeIn } from '../../../node/gpu/amdgpu/compute-node.ts'
import { parseSysctl } from '../../../node/gpu/apple/mac-facts.ts'
import { parseIoreg } from '../../../node/gpu/apple/parse-ioreg.ts'
import { parseMacmon } from '../../../node/gpu/apple/parse-macmon.ts'
import { parsePowermetrics } from '../../../node/gpu/apple/parse-powermetrics.ts'
import { parseSystemProfiler } from '../../../node/gpu/apple/parse-system-profiler.ts'
import { parseIntelGpuTop } from '../../../node/gpu/intel-gpu-top/parse-intel-gpu-top.ts'
import { hwmonFiles, readingFiles as intelFiles, memoryFiles } from '../../../node/gpu/intel-sysfs/intel-card-files.ts'
import { intelFacts } from '../../../node/gpu/intel-sysfs/intel-facts.ts'
import { energyIn, intelReading } from '../../../node/gpu/intel-sysfs/intel-reading.ts'
import { type JetsonTexts, jetsonFactFiles, jetsonFacts } from '../../../node/gpu/jetson/jetson-facts.ts'
import { jetsonReading } from '../../../node/gpu/jetson/jetson-reading.ts'
import { parseTegrastats } from '../../../node/gpu/jetson/parse-tegrastats.ts'
import { type MaliTexts, maliFacts, maliFiles, maliReading } from '../../../node/gpu/mali-sysfs/parse-mali.ts'
import { cardsOf, factsOf, readingOf, type SmiCard } from '../../../node/gpu/nvidia-smi/smi-card.ts'
import { expectSet, limitIn } from '../../../node/gpu/nvidia-smi/smi-limit.ts'
import { readSmiLog } from '../../../node/gpu/nvidia-smi/smi-log.ts'
import {
  allFields,
  fieldsAmong,
  readFieldNames,
  readSmiProcesses,
  readSmiQuery,
} from '../../../node/gpu/nvidia-smi/smi-query.ts'
import { readSliceNames } from '../../../node/gpu/nvidia-smi/smi-slices.ts'
import { parseRocmSmi } from '../../../node/gpu/rocm-smi/parse-rocm-smi.ts'
import { identityFiles } from '../../../node/gpu/sysfs/drm-cards.ts'
import type { KernelTexts } from '../../../node/gpu/sysfs/kernel-text.ts'
import { vulkanCard } from '../../../node/gpu/vulkan/vulkan-card.ts'
import { readVulkanInfo } from '../../../node/gpu/vulkan/vulkaninfo-text.ts'
import { parseDiscovery, parseStats, withDetails } from '../../../node/gpu/xpu-smi/parse-xpu-smi.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { navi31Machine, rocmSmiFiles, steamDeckMachine, vegaMachine } from './amd-recordings.ts'
import { arcA770Machine, arcB580Machine, intelGpuTopStream } from './intel-recordings.ts'
import { jetsonNanoMachine, orinNanoMachine, tegrastatsLines } from './jetson-recordings.ts'
import { fieldsHelp, nvidiaAnswers } from './nvidia-recordings.ts'
import {
  adreno610Machine,
  adreno740Machine,
  maliG76Machine,
  maliG78Machine,
  maliG610Machine,
} from './phone-recordings.ts'
import { type Recording, recorded } from './recorded-machine.ts'

export interface GpuParser {
  readonly name: string
  /** What it reads on real machines, and on reconstructed ones. */
  readonly recordings: readonly string[]
  /** All that is made of a text. */
  read(text: string): unknown
}

/** A folder's files as one text, so that a file's name and what it holds can be spoiled alike: `name=what it holds`, escaped. */
const folderText = ({ files = {} }: Recording): string =>
  Object.entries(files)
    .map(([path, text]) => `${path}=${JSON.stringify(text)}`)
    .join('\n')

/** Files by the ends of their paths. */
function textsOf(text: string, names: readonly string[]): KernelTexts {
  const texts = new Map<string, string>()
  for (const line of text.split('\n')) {
    const cut = line.indexOf('=')
    const name = names.find((each) => line.slice(0, cut).endsWith(`/${each}`))
    if (name !== undefined) texts.set(name, unescaped(line.slice(cut + 1)))
  }
  return texts
}

/** What a reader says, or its typed refusal. */
function saidBy(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (isMeshError(error, 'POWER_LIMIT')) return error.message
    throw error
  }
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}

const namedTexts = (text: string, files: Readonly<Record<string, string>>) => {
  const texts = textsOf(
    text,
    Object.values(files).map((path) => path.slice(1)),
  )
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, path]) => {
      const held = texts.get(path.slice(1))
      return held === undefined ? [] : [[name, held]]
    }),
  )
}

const AT_MS = 5_000
const mac = parseSysctl(recorded('apple/sysctl-m1-16gb.reconstructed.txt'))
const [listed] = parseDiscovery(recorded('xpu-smi/guide-json-1.txt'))!
const amdSmiFiles = ['01', '02', '05', '10', '13', '14', '16', '17', '25'].map((n) => `amd-smi/changelog-${n}.txt`)

const smiCards = (cards: readonly SmiCard[] | undefined) =>
  cards && cardsOf(cards, (card, key, isUuidShared) => [factsOf(card, key, isUuidShared), readingOf(card, AT_MS)])

export const gpuParsers: readonly GpuParser[] = [
  {
    name: 'log of nvidia-smi',
    recordings: (
      [
        'GTX 1070 Ti, most fields missing',
        'RTX 3090, log of schema 13',
        'RTX 4000 SFF Ada',
        'A100 in four slices, others hidden',
      ] as const
    ).map((name) => nvidiaAnswers[name].log!),
    read: (text) => smiCards(readSmiLog(text)),
  },
  {
    name: 'query of nvidia-smi',
    recordings: (
      ['H100 in slices, under load', 'RTX 2080 SUPER on Windows, under load', 'two cards of two drivers'] as const
    ).map((name) => nvidiaAnswers[name].query!),
    read: (text) => smiCards(readSmiQuery(text)),
  },
  {
    name: 'lists of nvidia-smi',
    recordings: [
      nvidiaAnswers['H100 in slices, under load'].list!,
      nvidiaAnswers['RTX 2080 SUPER, under load'].processes!,
      fieldsHelp.slice(0, 4_000),
    ],
    read: (text) => [
      [...readSliceNames(text)],
      [...readSmiProcesses(text)],
      [fieldsAmong(allFields, readFieldNames(text)), readFieldNames(text).size],
    ],
  },
  {
    name: 'limits of nvidia-smi',
    recordings: [
      'power.limit [W]\n350.00 W\n',
      'Power limit for GPU 00000000:01:00.0 was set to 200.00 W from 350.00 W.\nAll done.\n',
      'Provided power limit 10.00 W is not a valid power limit which should be between 100.00 W and 270.00 W for GPU 00000000:26:00.0\n',
    ],
    read: (text) => {
      const outcome = { kind: 'ended', code: 0, stdout: text, stderr: '' } as const
      const options = { deadlineMs: 1, outputBytesMax: 1 }
      return [() => limitIn(outcome, options), () => expectSet(outcome, 200, options) ?? 200].map(saidBy)
    },
  },
  {
    name: 'vulkaninfo',
    recordings: ['laptop-summary.txt', 'small-machines-summary.txt', 'laptop-whole.txt', 'amdvlk-2018-whole.txt'].map(
      (file) => recorded(`vulkan/${file}`),
    ),
    read: (text) => readVulkanInfo(text).map(vulkanCard),
  },
  {
    name: 'amdgpu files',
    recordings: [vegaMachine, navi31Machine, steamDeckMachine].map(folderText),
    read(text) {
      const device = textsOf(text, [...identityFiles, ...factFiles, ...readingFiles])
      const hwmon = textsOf(text, [...hwmonLimitFiles, ...hwmonReadingFiles])
      const compute = computeNodeIn(textsOf(text, ['nodes/1/properties']).get('nodes/1/properties') ?? text)
      const [rocmVersion, driverVersion] = ['.info/version', 'amdgpu/version'].map((name) =>
        textsOf(text, [name]).get(name),
      )
      const facts = amdFacts({ name: 'card0', device, hwmon, driverVersion, rocmVersion, compute })
      return [facts, amdReading(AT_MS, device, hwmon)]
    },
  },
  {
    name: 'rocm-smi',
    recordings: rocmSmiFiles.map((file) => recorded(`rocm-smi/${file}`)),
    read: (text) => parseRocmSmi(text, AT_MS),
  },
  {
    name: 'amd-smi',
    recordings: [
      ...amdSmiFiles.map(recorded),
      recorded('amd-smi/cli-guide-01.txt').slice(0, 4_000),
      recorded('amd-smi/static-7900-xtx.reconstructed.json'),
      recorded('amd-smi/metric-7900-xtx.reconstructed.json'),
    ],
    read: (text) =>
      amdSmiTrees(text)?.map((tree) => [amdSmiFacts(tree), amdSmiReading(AT_MS, tree), amdSmiProcesses(tree)]),
  },
  {
    name: 'files of i915 and xe',
    recordings: [arcB580Machine, arcA770Machine].map(folderText),
    read(text) {
      const [identity, hwmon] = [textsOf(text, identityFiles), textsOf(text, hwmonFiles)]
      const before = energyIn(AT_MS - 1_000, new Map([['energy1_input', '4000000000']]))
      return [
        intelFacts('card0', identity, textsOf(text, memoryFiles), hwmon),
        intelReading(AT_MS, textsOf(text, intelFiles), hwmon, before),
      ]
    },
  },
  {
    name: 'xpu-smi',
    recordings: ['guide-json-1.txt', 'discovery-device', 'stats-device', 'stats-tiles'].map((file) =>
      recorded(`xpu-smi/${file.endsWith('.txt') ? file : `${file}.reconstructed.json`}`),
    ),
    read: (text) => [
      parseDiscovery(text)?.map(({ facts }) => facts),
      withDetails(listed!, text).facts,
      parseStats(text, AT_MS, 2 ** 34),
    ],
  },
  {
    name: 'intel_gpu_top',
    recordings: [intelGpuTopStream],
    read: (text) => parseIntelGpuTop(text, AT_MS),
  },
  {
    name: 'system_profiler and sysctl',
    recordings: [
      recorded('apple/torchserve-sample_apple_smi.json'),
      recorded('apple/intel-macbook-pro.reconstructed.json'),
      recorded('apple/sysctl-m1-16gb.reconstructed.txt'),
    ],
    read: (text) => [parseSystemProfiler(text, mac), parseSysctl(text)],
  },
  {
    name: 'powermetrics, macmon and ioreg',
    recordings: [
      recorded('apple/powermetrics-gpu_power-m2pro.txt'),
      recorded('apple/macmon-line.json'),
      recorded('apple/ioreg.reconstructed.txt'),
    ],
    read: (text) => [parsePowermetrics(text), parseMacmon(text), parseIoreg(text)],
  },
  {
    name: 'tegrastats',
    recordings: tegrastatsLines,
    read(text) {
      const tool = parseTegrastats(text)
      return [Object.fromEntries(tool.railsW), jetsonReading(AT_MS, { tool, devfreq: undefined, zonesC: new Map() })]
    },
  },
  {
    name: 'files of a Jetson',
    recordings: [orinNanoMachine, jetsonNanoMachine].map(folderText),
    read: (text) => jetsonFacts(namedTexts(text, jetsonFactFiles) as JetsonTexts, undefined),
  },
  {
    name: 'files of kgsl',
    recordings: [adreno740Machine, adreno610Machine].map(folderText),
    read(text) {
      const texts = textsOf(text, adrenoFiles)
      return [adrenoFacts(texts), adrenoReading(AT_MS, texts, [])]
    },
  },
  {
    name: 'files of kbase',
    recordings: [maliG78Machine, maliG610Machine, maliG76Machine].map(folderText),
    read(text) {
      const texts = namedTexts(text, maliFiles) as MaliTexts
      return [maliFacts(texts), maliReading(AT_MS, texts, undefined, [])]
    },
  },
]

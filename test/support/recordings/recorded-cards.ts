/**
 * What real tools said of real cards, and which model of the catalogue each is. Names, ids and sizes as recorded in the tests of
 * influxdata/telegraf, utkuozdemir/nvidia_gpu_exporter, henrygd/beszel, leptonai/gpud, pytorch/serve, prometheus/procfs,
 * ROCm/amdsmi and intel/xpumanager; names of cards that no recording holds as their drivers are known to print them.
 */
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'

export interface RecordedCard {
  /** The tool, and what is special about it. */
  readonly from: string
  readonly facts: CardFacts
  /** The model's id; all that fit, where nothing tells them apart; none where it is no card that the catalogue knows. */
  readonly is: readonly string[]
}

type Given = Partial<Omit<CardFacts, 'key' | 'pci' | 'memoryBytes'>> & {
  /** `10de:2204`, `1002:73df/C1` with the revision. */
  readonly id?: string
  readonly memoryMiB?: number
}

function seen(from: string, { id, memoryMiB, ...given }: Given, ...is: readonly string[]): RecordedCard {
  const [vendor, device, revision] = (id ?? '').split(/[:/]/).map((hex) => Number.parseInt(hex, 16))
  const facts: CardFacts = {
    key: id ?? given.name ?? from,
    seenBy: [from],
    platforms: {},
    limits: {},
    ...given,
    ...(id === undefined
      ? {}
      : { pci: { vendor: vendor!, device: device!, ...(revision === undefined ? {} : { revision }) } }),
    ...(memoryMiB === undefined ? {} : { memoryBytes: memoryMiB * 2 ** 20 }),
  }
  return { from, facts, is }
}

const SMI = 'nvidia-smi'
const ROCM = 'rocm-smi'

export const recordedCards: readonly RecordedCard[] = [
  seen(SMI, { name: 'NVIDIA GeForce RTX 3090', id: '10de:2204', memoryMiB: 24_576 }, 'geforce-rtx-3090'),
  seen(`${SMI}, id redacted`, { name: 'NVIDIA GeForce RTX 3090', memoryMiB: 24_576 }, 'geforce-rtx-3090'),
  seen(
    `${SMI}, MIG`,
    { name: 'NVIDIA A100-SXM4-80GB', id: '10de:20b2', memoryMiB: 19_968, slices: [{ name: '3g.20gb' }] },
    'a100-sxm4-80gb',
  ),
  seen(`${SMI}, id masked`, { name: 'NVIDIA A10G', id: '00de:0000', memoryMiB: 23_028 }, 'a10g'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 2070', id: '10de:1f02', memoryMiB: 8_192 }, 'geforce-rtx-2070'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 2080', id: '10de:1e87', memoryMiB: 8_192 }, 'geforce-rtx-2080'),
  seen(SMI, { name: 'NVIDIA GeForce GT 1030', id: '10de:1d01', memoryMiB: 1_998 }, 'geforce-gt-1030'),
  // Shortened by hand: 4 GiB, where the model has 8.
  seen(`${SMI}, edited`, { name: 'GeForce GTX 1070 Ti', memoryMiB: 4_096 }),
  seen(
    `${SMI}, driver older than the card`,
    { name: 'Graphics Device', id: '10de:2184', memoryMiB: 5_912 },
    'geforce-gtx-1660',
  ),
  seen(SMI, { name: 'Quadro P2000', id: '10de:1c30', memoryMiB: 5_120 }, 'quadro-p2000'),
  seen(SMI, { name: 'Quadro P400', id: '10de:1cb3', memoryMiB: 1_998 }),
  seen(SMI, { name: 'NVIDIA GeForce RTX 3060', id: '10de:2487', memoryMiB: 12_288 }, 'geforce-rtx-3060-12gb'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 3080', id: '10de:2216', memoryMiB: 10_240 }, 'geforce-rtx-3080-10gb'),
  seen(SMI, { name: 'NVIDIA RTX 4000 SFF Ada Generation', id: '10de:27b0', memoryMiB: 20_475 }, 'rtx-4000-sff-ada'),
  seen(SMI, { name: 'Tesla T4', id: '10de:1eb8', memoryMiB: 15_360 }, 'tesla-t4'),
  seen(`${SMI}, share of a card`, { name: 'GRID P4-1Q', id: '10de:1bb3', memoryMiB: 1_024 }),
  seen(
    `${SMI}, MIG`,
    { name: 'NVIDIA H100 80GB HBM3', id: '10de:2330', memoryMiB: 81_559, computeCapability: '9.0' },
    'h100-sxm5-80gb',
  ),
  seen(
    `${SMI}, MIG`,
    { name: 'NVIDIA H200', id: '10de:2335', memoryMiB: 143_771, computeCapability: '9.0' },
    'h200-sxm',
  ),
  seen(SMI, { name: 'NVIDIA L40S', id: '10de:26b9', memoryMiB: 46_068, computeCapability: '8.9' }, 'l40s'),
  seen(
    SMI,
    { name: 'NVIDIA GeForce RTX 2080 SUPER', id: '10de:1e81', memoryMiB: 8_192, computeCapability: '7.5' },
    'geforce-rtx-2080-super',
  ),
  seen(
    SMI,
    { name: 'NVIDIA GeForce RTX 4080 SUPER', id: '10de:2702', memoryMiB: 16_376, computeCapability: '8.9' },
    'geforce-rtx-4080-super',
  ),
  seen(SMI, { name: 'NVIDIA GeForce RTX 4090', id: '10de:2684', memoryMiB: 24_564 }, 'geforce-rtx-4090'),
  seen(SMI, { name: 'NVIDIA TITAN V', id: '10de:1d81', memoryMiB: 12_288 }, 'titan-v'),
  seen(SMI, { name: 'NVIDIA A10', id: '10de:2236', memoryMiB: 23_028 }),
  seen(`${SMI}, three columns`, { name: 'NVIDIA A10', memoryMiB: 23_028 }),
  seen(SMI, { name: 'NVIDIA GeForce RTX 3050 Ti Laptop GPU', memoryMiB: 4_096 }, 'geforce-rtx-3050-ti-laptop'),
  seen(SMI, { name: 'NVIDIA A100-PCIE-40GB', memoryMiB: 40_960 }),
  seen(SMI, { name: 'Some Other GPU', computeCapability: '8.6' }),
  seen(`${SMI}, table that cuts names`, { name: 'NVIDIA GeForce ...' }),

  seen('lspci', { name: 'NVIDIA Corporation GA102GL [A10]', id: '10de:2236/a1' }),
  seen('lspci', { name: 'NVIDIA Corporation GA100 [A100 SXM4 80GB]', id: '10de:20b2/a1' }, 'a100-sxm4-80gb'),
  seen('lspci', { name: 'Red Hat, Inc. Virtio GPU', id: '1af4:1050/01' }),

  seen(`${ROCM}, without an id`, {
    vendor: 'amd',
    name: 'Navi 22 [Radeon RX 6700/6700 XT / 6800M]',
    memoryMiB: 12_272,
  }),
  seen(
    ROCM,
    {
      vendor: 'amd',
      name: 'Navi 22 [Radeon RX 6700/6700 XT / 6800M]',
      id: '1002:73df/C1',
      memoryMiB: 12_272,
      gfx: 'gfx1031',
    },
    'radeon-rx-6700-xt',
  ),
  seen(ROCM, { vendor: 'amd', name: 'Arcturus GL-XL [Instinct MI100]', id: '1002:738c/01', memoryMiB: 32_752 }),
  seen(ROCM, { vendor: 'amd', name: 'Radeon Instinct MI50 32GB', memoryMiB: 32_752 }),
  seen(ROCM, { vendor: 'amd', name: 'AMD INSTINCT MI250 (MCM) OAM AC MBA', id: '1002:740c/01', memoryMiB: 65_520 }),
  seen(
    `${ROCM}, shortened`,
    { vendor: 'amd', name: 'Rembrandt [Radeon 680M]', memoryMiB: 512 },
    'radeon-660m',
    'radeon-680m',
  ),
  // 24 GiB under the name of the card of 20: edited, or another card.
  seen(`${ROCM}, shortened`, { vendor: 'amd', name: 'Navi 31 [Radeon RX 7900 XT]', memoryMiB: 24_560 }),
  seen('amd-smi', { vendor: 'amd', name: 'MI308X', id: '1002:74a2/00', gfx: 'gfx942' }),
  seen('amd-smi', { vendor: 'amd', name: 'MI300A', id: '1002:74a0/00' }),
  seen('amdgpu', { vendor: 'amd', id: '1002:687f', memoryMiB: 8_176 }),
  seen(
    'amdgpu, named by lspci',
    { vendor: 'amd', name: 'Vega 10 XL/XT [Radeon RX Vega 56/64]', id: '1002:687f', memoryMiB: 8_176 },
    'radeon-rx-vega-56',
    'radeon-rx-vega-64',
  ),
  seen('nvtop', { name: 'NVIDIA GeForce RTX 3050 Ti Laptop GPU', memoryMiB: 4_096 }, 'geforce-rtx-3050-ti-laptop'),
  seen('nvtop', { name: 'AMD Radeon 680M', memoryMiB: 16_145, sharesMemory: true }, 'radeon-680m'),

  seen('xpu-smi', { vendor: 'intel', name: 'Intel(R) Graphics [0x020a]', id: '8086:020a', memoryMiB: 32_768 }),
  seen('system_profiler', { vendor: 'apple', name: 'Apple M1', cores: 7, sharesMemory: true }, 'apple-m1-7core'),
  seen('system_profiler, raw item', { vendor: 'apple', name: 'kHW_AppleM1Item', cores: 7 }, 'apple-m1-7core'),
  seen('vulkaninfo', { name: 'llvmpipe (LLVM 15.0.6, 256 bits)', form: 'software', id: '10005:0' }),
  seen(
    'tegrastats, memory of the machine',
    { vendor: 'nvidia', name: 'Orin', memoryMiB: 30_698, sharesMemory: true },
    'jetson-agx-orin-32gb',
  ),
  seen(
    'tegrastats, memory of the machine',
    { vendor: 'nvidia', name: 'Orin (nvgpu)', cores: 1_024, memoryMiB: 7_620, sharesMemory: true },
    'jetson-orin-nano-8gb',
    'jetson-orin-nano-8gb-super',
    'jetson-orin-nx-8gb',
  ),
]

/** As drivers print them, of cards that no recording at hand holds. */
export const printedCards: readonly RecordedCard[] = [
  seen(SMI, { name: 'NVIDIA GeForce RTX 4070 Laptop GPU', memoryMiB: 8_188 }, 'geforce-rtx-4070-laptop'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 4070', memoryMiB: 12_282 }, 'geforce-rtx-4070'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 4070 Ti SUPER', memoryMiB: 16_376 }, 'geforce-rtx-4070-ti-super'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 2060', id: '10de:1f15', memoryMiB: 6_144 }, 'geforce-rtx-2060-laptop'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 2060', memoryMiB: 12_288 }, 'geforce-rtx-2060-12gb'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 2060', memoryMiB: 6_144 }, 'geforce-rtx-2060-6gb', 'geforce-rtx-2060-laptop'),
  seen(SMI, { name: 'NVIDIA GeForce RTX 5060 Ti', id: '10de:2d04', memoryMiB: 16_311 }, 'geforce-rtx-5060-ti-16gb'),
  seen(`${SMI}, driver before 470`, { name: 'GeForce RTX 2080 Ti', memoryMiB: 11_019 }, 'geforce-rtx-2080-ti'),
  seen(`${SMI}, GB10`, { name: 'NVIDIA GB10', id: '10de:2e12' }, 'gb10'),
  seen(`${SMI}, CUDA 12`, { name: 'NVIDIA Thor', computeCapability: '10.1', cores: 2_560 }, 'jetson-t5000'),
  seen('RADV', { name: 'AMD Radeon RX 7900 XTX (RADV NAVI31)', memoryMiB: 24_560 }, 'radeon-rx-7900-xtx'),
  seen(
    'radeonsi',
    { name: 'AMD Radeon RX 7900 XTX (radeonsi, navi31, LLVM 15.0.7, DRM 3.54, 6.5.0)' },
    'radeon-rx-7900-xtx',
  ),
  seen('WebGPU', { vendor: 'amd', id: '1002:744c', memoryMiB: 24_560 }, 'radeon-rx-7900-xtx'),
  seen('amdgpu', { vendor: 'amd', id: '1002:744c/CC', memoryMiB: 20_464 }, 'radeon-rx-7900-xt'),
  seen('amdgpu, unlisted revision', { vendor: 'amd', id: '1002:744c/EE', memoryMiB: 16_368 }),
  seen('amdgpu, 570', { vendor: 'amd', name: 'AMD Radeon RX 570 Series', id: '1002:67df/EF', memoryMiB: 8_192 }),
  seen(
    'amdgpu, 780M',
    { vendor: 'amd', name: 'AMD Radeon 780M Graphics', id: '1002:15bf/C1', memoryMiB: 512 },
    'radeon-780m',
  ),
  seen('Mesa', { vendor: 'amd', name: 'AMD Radeon Graphics' }),
  seen('RADV', { vendor: 'amd', name: 'AMD Radeon Graphics (RADV REMBRANDT)' }),
  seen(`${SMI}, a whole card handed out`, { name: 'GRID T4-16Q', id: '10de:1eb8', memoryMiB: 15_360 }),
  seen('amdgpu', { vendor: 'amd', name: 'AMD Radeon Graphics', id: '1002:1638/c5' }, 'radeon-vega-8-renoir'),
  seen('RADV', { name: 'AMD Custom GPU 0405 (RADV VANGOGH)', memoryMiB: 1_024 }, 'steam-deck-lcd'),
  seen('ANV', { name: 'Intel(R) Arc(tm) A770 Graphics (DG2)', id: '8086:56a0', memoryMiB: 16_288 }, 'arc-a770-16gb'),
  seen('Level Zero', { name: 'Intel(R) Arc(TM) B580 Graphics', memoryMiB: 12_216 }, 'arc-b580'),
  seen('ANV, chip only', { vendor: 'intel', name: 'Intel(R) Graphics (BMG G21)' }),
  seen('Mesa', { name: 'Mesa Intel(R) UHD Graphics 630 (CFL GT2)' }, 'uhd-graphics-630'),
  seen('Mesa', { vendor: 'intel', name: 'Intel(R) UHD Graphics' }),
  seen('system_profiler', { vendor: 'apple', name: 'Apple M3 Max', cores: 40 }, 'apple-m3-max-40core'),
  seen(
    'system_profiler without cores',
    { vendor: 'apple', name: 'Apple M3 Max' },
    'apple-m3-max-30core',
    'apple-m3-max-40core',
  ),
  seen('turnip of Mesa 25', { name: 'Turnip Adreno (TM) 740' }, 'adreno-740'),
  seen('turnip of Mesa 26', { name: 'Adreno (TM) 830' }, 'adreno-830'),
  seen('driver of Arm', { vendor: 'arm', name: 'Mali-G57' }, 'mali-g57-mc2'),
  seen('Mesa on the Raspberry Pi', { name: 'V3D 7.1.7' }, 'videocore-7'),
  seen('lavapipe', { name: 'llvmpipe (LLVM 19.1.0, 256 bits)', form: 'cpu' }),
  seen('SwiftShader', { name: 'SwiftShader Device (Subzero)', form: 'software' }),
  seen('Windows without a driver', { name: 'Microsoft Basic Render Driver', id: '1414:008c', form: 'software' }),
  seen('the processor', { vendor: 'cpu', form: 'cpu', name: 'AMD Ryzen 9 7950X 16-Core Processor' }),
]

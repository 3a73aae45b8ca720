/** Of every back end the machines on which it sees a card, for the suite. A new back end gets a row here. */
import { AdrenoSysfs } from '../../../node/gpu/adreno-sysfs/adreno-sysfs.ts'
import { AmdSmi } from '../../../node/gpu/amd-smi/amd-smi.ts'
import { Amdgpu } from '../../../node/gpu/amdgpu/amdgpu.ts'
import { Apple } from '../../../node/gpu/apple/apple.ts'
import type { GpuBackend } from '../../../node/gpu/gpu-backend.ts'
import { IntelGpuTop } from '../../../node/gpu/intel-gpu-top/intel-gpu-top.ts'
import { IntelSysfs } from '../../../node/gpu/intel-sysfs/intel-sysfs.ts'
import { Jetson } from '../../../node/gpu/jetson/jetson.ts'
import type { Machine } from '../../../node/gpu/machine.ts'
import { MaliSysfs } from '../../../node/gpu/mali-sysfs/mali-sysfs.ts'
import { NvidiaSmi } from '../../../node/gpu/nvidia-smi/nvidia-smi.ts'
import { Processor } from '../../../node/gpu/processor/processor.ts'
import { RocmSmi } from '../../../node/gpu/rocm-smi/rocm-smi.ts'
import { Simulated } from '../../../node/gpu/simulated/simulated.ts'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { Vulkan } from '../../../node/gpu/vulkan/vulkan.ts'
import { WebGpu } from '../../../node/gpu/webgpu/webgpu.ts'
import { XpuSmi } from '../../../node/gpu/xpu-smi/xpu-smi.ts'
import {
  amdSmiMachine,
  mi300Machine,
  navi31Machine,
  rocmSmiMachine,
  vegaMachine,
} from '../../support/recordings/amd-recordings.ts'
import { intelMac, m1Machine, m1WithMacmon, m1WithPowermetrics } from '../../support/recordings/apple-recordings.ts'
import {
  arcA770Machine,
  arcB580Machine,
  intelGpuTopMachine,
  tiledXpuSmiMachine,
  xpuSmiMachine,
} from '../../support/recordings/intel-recordings.ts'
import { hybridWebGpuMachine, laptopVulkanMachine, withoutDawn } from '../../support/recordings/interface-recordings.ts'
import { jetsonNanoMachine, orinNanoMachine } from '../../support/recordings/jetson-recordings.ts'
import { nvidiaAnswers, nvidiaMachine, nvidiaSmi } from '../../support/recordings/nvidia-recordings.ts'
import {
  adreno610Machine,
  adreno740Machine,
  maliG76Machine,
  maliG78Machine,
  maliG610Machine,
} from '../../support/recordings/phone-recordings.ts'
import { amdDesktop, armBoard, intelDesktop, processorSystem } from '../../support/recordings/processor-recordings.ts'
import type { Recording } from '../../support/recordings/recorded-machine.ts'
import type { BackendUnderTest } from './gpu-backend-suite.ts'

const { query, processes, list } = nvidiaAnswers['H100 in slices, under load']

/** A driver that answers the log too, of the card in the place that the query names. */
const nvidiaWithLog: Recording = {
  tools: {
    'nvidia-smi': nvidiaSmi({
      log: nvidiaAnswers['GTX 1070 Ti, most fields missing'].log!.replaceAll('00000000:01:00.0', '00000000:00:09.0'),
      query: query!,
      processes: processes!,
      list: list!,
    }),
  },
}

/** What is never read need not be spoiled. */
const vegaCard: Recording = {
  files: Object.fromEntries(Object.entries(vegaMachine.files!).filter(([path]) => path.includes('card0/device/'))),
}

const on = (
  Backend: new (machine: Machine) => GpuBackend,
  machines: Readonly<Record<string, Recording>>,
  more: Pick<BackendUnderTest, 'bare'> = {},
): Readonly<Record<string, BackendUnderTest>> =>
  Object.fromEntries(
    Object.entries(machines).map(([machine, healthy]) => [
      machine,
      { make: (each: Machine) => new Backend(each), healthy, ...more },
    ]),
  )

/** It is never absent. */
const processorOf = (healthy: Recording): BackendUnderTest => ({
  make: (machine) => new Processor(machine, processorSystem('Test CPU', 4)),
  healthy,
  bare: healthy,
})

/** It asks no tool and reads no file: every machine is a healthy one. */
const anyMachine: Recording = {}

/** By the back end's name, and then by the machine. */
export const recordedBackends: Readonly<Record<string, Readonly<Record<string, BackendUnderTest>>>> = {
  jetson: on(Jetson, { 'an Orin Nano': orinNanoMachine, 'a Nano without tools': jetsonNanoMachine }),
  'nvidia-smi': on(NvidiaSmi, {
    'a driver that is queried': nvidiaMachine('H100 in slices, under load'),
    'log, query and list': nvidiaWithLog,
  }),
  'amd-smi': on(AmdSmi, { 'a tool that prints JSON': amdSmiMachine, 'a tool that prints text': mi300Machine }),
  amdgpu: on(Amdgpu, { 'a Navi 31': navi31Machine, 'a card without sensors': vegaCard }),
  'rocm-smi': on(RocmSmi, { 'an MI100': rocmSmiMachine('mi100_rocm602.json') }),
  'xpu-smi': on(XpuSmi, { 'a card': xpuSmiMachine, 'a card with tiles': tiledXpuSmiMachine }),
  'intel-sysfs': on(IntelSysfs, { xe: arcB580Machine, i915: arcA770Machine }),
  intel_gpu_top: on(IntelGpuTop, { "a processor's graphics": intelGpuTopMachine }),
  apple: on(Apple, {
    'an M1': m1Machine,
    'an M1 with macmon': m1WithMacmon,
    'an M1 with powermetrics': m1WithPowermetrics,
    'a Mac with cards of others': intelMac,
  }),
  'adreno-sysfs': on(AdrenoSysfs, { 'a phone': adreno740Machine, 'a phone at rest': adreno610Machine }),
  'mali-sysfs': on(MaliSysfs, { Tensor: maliG78Machine, Rockchip: maliG610Machine, Exynos: maliG76Machine }),
  vulkan: on(Vulkan, { 'a laptop with two cards': laptopVulkanMachine }),
  webgpu: on(WebGpu, { 'a laptop with two cards': hybridWebGpuMachine }, { bare: withoutDawn }),
  processor: {
    'a desktop by Intel': processorOf(intelDesktop),
    'a desktop by AMD': processorOf(amdDesktop),
    'a board by Arm': processorOf(armBoard),
  },
  simulated: {
    'any machine': {
      make: ({ clock }) => new Simulated([new SimulatedCard({ key: 'simulated/1', clock })]),
      healthy: anyMachine,
      bare: anyMachine,
    },
  },
}

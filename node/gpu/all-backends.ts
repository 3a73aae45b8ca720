/** Every way to see cards, by the systems on which it can. */
import { AdrenoSysfs } from './adreno-sysfs/adreno-sysfs.ts'
import { AmdSmi } from './amd-smi/amd-smi.ts'
import { AmdSysfs } from './amd-sysfs/amd-sysfs.ts'
import { Apple } from './apple/apple.ts'
import { Processor } from './cpu/processor-backend.ts'
import type { GpuBackend } from './gpu-backend.ts'
import { IntelGpuTop } from './intel-gpu-top/intel-gpu-top.ts'
import { IntelSysfs } from './intel-sysfs/intel-sysfs.ts'
import { Jetson } from './jetson/jetson.ts'
import type { Machine } from './machine.ts'
import { MaliSysfs } from './mali-sysfs/mali-sysfs.ts'
import { NvidiaSmi } from './nvidia/smi-backend.ts'
import { RocmSmi } from './rocm-smi/rocm-smi.ts'
import { vulkanBackend } from './vulkan/vulkan-backend.ts'
import { webgpuBackend } from './webgpu/webgpu-backend.ts'
import { XpuSmi } from './xpu-smi/xpu-smi.ts'

const table: readonly (readonly [platforms: readonly Machine['platform'][], make: (machine: Machine) => GpuBackend])[] =
  [
    [['linux', 'win32'], (machine) => new NvidiaSmi(machine)],
    [['linux'], (machine) => new AmdSmi(machine)],
    [['linux'], (machine) => new AmdSysfs(machine)],
    [['linux'], (machine) => new RocmSmi(machine)],
    [['linux'], (machine) => new IntelSysfs(machine)],
    [['linux', 'win32'], (machine) => new XpuSmi(machine)],
    [['linux'], (machine) => new IntelGpuTop(machine)],
    [['darwin'], (machine) => new Apple(machine)],
    [['linux'], (machine) => new Jetson(machine)],
    [['android', 'linux'], (machine) => new AdrenoSysfs(machine)],
    [['android', 'linux'], (machine) => new MaliSysfs(machine)],
    [['linux', 'darwin', 'win32', 'android', 'other'], vulkanBackend],
    [['linux', 'darwin', 'win32'], webgpuBackend],
    [['linux', 'darwin', 'win32', 'android', 'other'], (machine) => new Processor(machine)],
  ]

/** Those of this machine's system. A back end keeps what it learned of its tool: make them once, and ask them again. */
export const allBackends = (machine: Machine): readonly GpuBackend[] =>
  table.filter(([platforms]) => platforms.includes(machine.platform)).map(([, make]) => make(machine))

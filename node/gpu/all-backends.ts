/** Every way to see cards, by the systems on which it can. */
import { AdrenoSysfs } from './adreno-sysfs/adreno-sysfs.ts'
import { AmdSmi } from './amd-smi/amd-smi.ts'
import { Amdgpu } from './amdgpu/amdgpu.ts'
import { Apple } from './apple/apple.ts'
import type { GpuBackend } from './gpu-backend.ts'
import { IntelGpuTop } from './intel-gpu-top/intel-gpu-top.ts'
import { IntelSysfs } from './intel-sysfs/intel-sysfs.ts'
import { Jetson } from './jetson/jetson.ts'
import type { Machine } from './machine.ts'
import { MaliSysfs } from './mali-sysfs/mali-sysfs.ts'
import { NvidiaSmi } from './nvidia-smi/nvidia-smi.ts'
import { Processor } from './processor/processor.ts'
import { RocmSmi } from './rocm-smi/rocm-smi.ts'
import { Vulkan } from './vulkan/vulkan.ts'
import { WebGpu } from './webgpu/webgpu.ts'
import { XpuSmi } from './xpu-smi/xpu-smi.ts'

const everywhere = ['linux', 'darwin', 'win32', 'android', 'other'] as const

/**
 * The word of who stands further up counts first: the maker's own tools, the kernel, graphics interfaces, and last the processor. A
 * Jetson's device tree names the module, where nvidia-smi prints the same `Orin (nvgpu)` for all of them.
 */
const backends: readonly (readonly [
  Backend: new (machine: Machine) => GpuBackend,
  on: readonly Machine['platform'][],
])[] = [
  [Jetson, ['linux']],
  [NvidiaSmi, ['linux', 'win32']],
  [AmdSmi, ['linux']],
  [Amdgpu, ['linux']],
  [RocmSmi, ['linux']],
  [XpuSmi, ['linux', 'win32']],
  [IntelSysfs, ['linux']],
  [IntelGpuTop, ['linux']],
  [Apple, ['darwin']],
  [AdrenoSysfs, ['android', 'linux']],
  [MaliSysfs, ['android', 'linux']],
  [Vulkan, everywhere],
  [WebGpu, ['linux', 'darwin', 'win32']],
  [Processor, everywhere],
]

/** Those of this machine's system. A back end keeps what it learned of its tool: make them once, and ask them again. */
export const allBackends = (machine: Machine): readonly GpuBackend[] =>
  backends.filter(([, on]) => on.includes(machine.platform)).map(([Backend]) => new Backend(machine))

/** Every way to see cards, by the systems on which it can. */
import { Processor } from './cpu/processor-backend.ts'
import type { GpuBackend } from './gpu-backend.ts'
import type { Machine } from './machine.ts'
import { NvidiaSmi } from './nvidia/smi-backend.ts'
import { vulkanBackend } from './vulkan/vulkan-backend.ts'
import { webgpuBackend } from './webgpu/webgpu-backend.ts'

const table: readonly (readonly [platforms: readonly Machine['platform'][], make: (machine: Machine) => GpuBackend])[] =
  [
    [['linux', 'win32'], (machine) => new NvidiaSmi(machine)],
    [['linux', 'darwin', 'win32', 'android', 'other'], vulkanBackend],
    [['linux', 'darwin', 'win32'], webgpuBackend],
    [['linux', 'darwin', 'win32', 'android', 'other'], (machine) => new Processor(machine)],
  ]

/** Those of this machine's system. A back end keeps what it learned of its tool: make them once, and ask them again. */
export const allBackends = (machine: Machine): readonly GpuBackend[] =>
  table.filter(([platforms]) => platforms.includes(machine.platform)).map(([, make]) => make(machine))

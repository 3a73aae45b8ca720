/** Macs. What graphics are, and what sensors say, was recorded; what the system says beside it is reconstructed. */
import { type RecordedTool, type Recording, recorded } from './recorded-machine.ts'

const m1: Readonly<Record<string, RecordedTool>> = {
  system_profiler: recorded('apple/torchserve-sample_apple_smi.json'),
  sysctl: recorded('apple/sysctl-m1-16gb.reconstructed.txt'),
  ioreg: recorded('apple/ioreg.reconstructed.txt'),
}

/** As sudo says it where a password would be needed. */
export const sudoRefuses: RecordedTool = { code: 1, stderr: 'sudo: a password is required\n' }

export const m1Machine: Recording = { platform: 'darwin', tools: { ...m1, sudo: sudoRefuses } }
export const m1WithMacmon: Recording = {
  platform: 'darwin',
  tools: { ...m1, macmon: recorded('apple/macmon-line.json') },
}
export const m1WithPowermetrics: Recording = {
  platform: 'darwin',
  tools: { ...m1, sudo: recorded('apple/powermetrics-gpu_power-m2pro.txt') },
}
export const intelMac: Recording = {
  platform: 'darwin',
  tools: { ...m1, system_profiler: recorded('apple/intel-macbook-pro.reconstructed.json') },
}

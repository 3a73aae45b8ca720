/** Machines with AMD cards. */
import { type RecordedTool, type Recording, recorded } from './recorded-machine.ts'
import { readTtar } from './ttar.ts'

/** An RX Vega 64 beside an Intel processor's graphics: recorded, without the sensors' folder. */
export const vegaMachine: Recording = readTtar(recorded('amdgpu/amdgpu-card0.ttar'), 'fixtures')
/** Reconstructed after the kernel's documentation. */
export const navi31Machine: Recording = JSON.parse(recorded('amdgpu/rx-7900-xtx.reconstructed.json'))
/** A processor's graphics: reconstructed. */
export const steamDeckMachine: Recording = JSON.parse(recorded('amdgpu/steam-deck.reconstructed.json'))

export const rocmSmiFiles = [
  'beszel-1.json',
  'beszel-2.json',
  'mi100_rocm571.json',
  'mi100_rocm602.json',
  'rx6700xt_rocm430.json',
  'rx6700xt_rocm571.json',
  'rx6700xt_rocm602.json',
  'rx6700xt_rocm612.json',
  'torchserve-sample_amd_discovery.json',
  'torchserve-sample_amd_metrics.json',
  'torchserve-sample_amd_updated_metrics.json',
  'vega-10-XT.json',
  'vega-20-WKS-GL-XE.json',
] as const

export const rocmSmiMachine = (file: (typeof rocmSmiFiles)[number]): Recording => ({
  tools: { 'rocm-smi': recorded(`rocm-smi/${file}`) },
})

/** Answers by the first word of the question; to others with nothing. */
export const amdSmi =
  (answers: Readonly<Record<string, string>>): RecordedTool =>
  ([what]) =>
    Object.hasOwn(answers, what!) ? { stdout: answers[what!]! } : { code: 1, stderr: `unknown command ${what}` }

export const amdSmiMachine: Recording = {
  tools: {
    'amd-smi': amdSmi({
      static: recorded('amd-smi/static-7900-xtx.reconstructed.json'),
      metric: recorded('amd-smi/metric-7900-xtx.reconstructed.json'),
      process: recorded('amd-smi/changelog-13.txt'),
    }),
  },
}
/** Four MI300A, as AMD's guide shows what the tool prints for people; the metrics are of two other cards. */
export const mi300Machine: Recording = {
  tools: {
    'amd-smi': amdSmi({
      static: recorded('amd-smi/cli-guide-01.txt'),
      metric: recorded('amd-smi/changelog-16.txt'),
    }),
  },
}

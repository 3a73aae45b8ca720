import { NvidiaSmi } from '../../../node/gpu/nvidia/smi-backend.ts'
import { nvidiaAnswers, nvidiaMachine, nvidiaSmi } from '../../support/nvidia-recordings.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

const { query, processes, list } = nvidiaAnswers['H100 in slices, under load']

gpuBackendCompliance('nvidia-smi that is queried', {
  make: (machine) => new NvidiaSmi(machine),
  healthy: nvidiaMachine('H100 in slices, under load'),
})

gpuBackendCompliance('nvidia-smi with log, query and list', {
  make: (machine) => new NvidiaSmi(machine),
  healthy: {
    tools: {
      'nvidia-smi': nvidiaSmi({
        log: nvidiaAnswers['GTX 1070 Ti, most fields missing'].log!.replaceAll('00000000:01:00.0', '00000000:00:09.0'),
        query: query!,
        processes: processes!,
        list: list!,
      }),
    },
  },
})

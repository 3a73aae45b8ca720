import { Processor } from '../../../node/gpu/cpu/processor-backend.ts'
import { amdDesktop, armBoard, intelDesktop, processorSystem } from '../../support/processor-recordings.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

for (const [name, healthy] of Object.entries({ intelDesktop, amdDesktop, armBoard })) {
  gpuBackendCompliance(`the processor (${name})`, {
    make: (machine) => new Processor(machine, processorSystem('Test CPU', 4)),
    healthy,
    bare: healthy,
  })
}

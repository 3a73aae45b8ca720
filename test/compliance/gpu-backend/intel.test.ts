import { IntelGpuTop } from '../../../node/gpu/intel-gpu-top/intel-gpu-top.ts'
import { IntelSysfs } from '../../../node/gpu/intel-sysfs/intel-sysfs.ts'
import { XpuSmi } from '../../../node/gpu/xpu-smi/xpu-smi.ts'
import {
  arcA770Machine,
  arcB580Machine,
  intelGpuTopMachine,
  tiledXpuSmiMachine,
  xpuSmiMachine,
} from '../../support/intel-recordings.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

gpuBackendCompliance('intel-sysfs under xe', { make: (machine) => new IntelSysfs(machine), healthy: arcB580Machine })
gpuBackendCompliance('intel-sysfs under i915', { make: (machine) => new IntelSysfs(machine), healthy: arcA770Machine })
gpuBackendCompliance('xpu-smi', { make: (machine) => new XpuSmi(machine), healthy: xpuSmiMachine })
gpuBackendCompliance('xpu-smi with tiles', { make: (machine) => new XpuSmi(machine), healthy: tiledXpuSmiMachine })
gpuBackendCompliance('intel_gpu_top', { make: (machine) => new IntelGpuTop(machine), healthy: intelGpuTopMachine })

import { AmdSmi } from '../../../node/gpu/amd-smi/amd-smi.ts'
import { AmdSysfs } from '../../../node/gpu/amd-sysfs/amd-sysfs.ts'
import { RocmSmi } from '../../../node/gpu/rocm-smi/rocm-smi.ts'
import {
  amdSmiMachine,
  mi300Machine,
  navi31Machine,
  rocmSmiMachine,
  vegaMachine,
} from '../../support/amd-recordings.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

const sysfs = (machine: ConstructorParameters<typeof AmdSysfs>[0]) => new AmdSysfs(machine)
const amdSmi = (machine: ConstructorParameters<typeof AmdSmi>[0]) => new AmdSmi(machine)

gpuBackendCompliance('amdgpu', { make: sysfs, healthy: navi31Machine })
gpuBackendCompliance('amdgpu without sensors', {
  make: sysfs,
  // What it never reads need not be spoiled.
  healthy: {
    files: Object.fromEntries(Object.entries(vegaMachine.files!).filter(([path]) => path.includes('card0/device/'))),
  },
})
gpuBackendCompliance('rocm-smi', {
  make: (machine) => new RocmSmi(machine),
  healthy: rocmSmiMachine('mi100_rocm602.json'),
})
gpuBackendCompliance('amd-smi', { make: amdSmi, healthy: amdSmiMachine })
gpuBackendCompliance('amd-smi that prints text', { make: amdSmi, healthy: mi300Machine })

import { AdrenoSysfs } from '../../../node/gpu/adreno-sysfs/adreno-sysfs.ts'
import { MaliSysfs } from '../../../node/gpu/mali-sysfs/mali-sysfs.ts'
import {
  adreno610Machine,
  adreno740Machine,
  maliG76Machine,
  maliG78Machine,
  maliG610Machine,
} from '../../support/phone-recordings.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

const adreno = (machine: ConstructorParameters<typeof AdrenoSysfs>[0]) => new AdrenoSysfs(machine)
const mali = (machine: ConstructorParameters<typeof MaliSysfs>[0]) => new MaliSysfs(machine)

gpuBackendCompliance('adreno-sysfs', { make: adreno, healthy: adreno740Machine })
gpuBackendCompliance('adreno-sysfs of a phone at rest', { make: adreno, healthy: adreno610Machine })
gpuBackendCompliance('mali-sysfs on Tensor', { make: mali, healthy: maliG78Machine })
gpuBackendCompliance('mali-sysfs on Rockchip', { make: mali, healthy: maliG610Machine })
gpuBackendCompliance('mali-sysfs on Exynos', { make: mali, healthy: maliG76Machine })

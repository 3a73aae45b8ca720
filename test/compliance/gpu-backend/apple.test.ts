import { Apple } from '../../../node/gpu/apple/apple.ts'
import { intelMac, m1Machine, m1WithMacmon, m1WithPowermetrics } from '../../support/apple-recordings.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

const make = (machine: ConstructorParameters<typeof Apple>[0]) => new Apple(machine)

gpuBackendCompliance('apple', { make, healthy: m1Machine })
gpuBackendCompliance('apple with macmon', { make, healthy: m1WithMacmon })
gpuBackendCompliance('apple with powermetrics', { make, healthy: m1WithPowermetrics })
gpuBackendCompliance('apple with cards of others', { make, healthy: intelMac })

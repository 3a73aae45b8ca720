import { SimulatedBackend } from '../../../node/gpu/simulated/simulated-backend.ts'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

// It asks no tool and reads no file: every machine is a healthy one.
const healthy = {}
gpuBackendCompliance('a simulated card', {
  make: ({ clock }) => new SimulatedBackend([new SimulatedCard({ key: 'simulated/1', clock })]),
  healthy,
  bare: healthy,
})

import { Jetson } from '../../../node/gpu/jetson/jetson.ts'
import { jetsonNanoMachine, orinNanoMachine } from '../../support/jetson-recordings.ts'
import { gpuBackendCompliance } from './gpu-backend-suite.ts'

gpuBackendCompliance('jetson', { make: (machine) => new Jetson(machine), healthy: orinNanoMachine })
gpuBackendCompliance('jetson without tools', { make: (machine) => new Jetson(machine), healthy: jetsonNanoMachine })

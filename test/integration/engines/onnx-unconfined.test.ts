import { confinementOf } from '../../../node/engines/onnx/confinement.ts'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { engineCompliance } from '../../compliance/engine/engine-suite.ts'

// As on a machine without namespaces, limits and signals of the kernel: the node's own watch has to do.
engineCompliance('ONNX Runtime where the system confines nothing', () =>
  createOnnxEngine({ confinement: confinementOf([], false, []) }),
)

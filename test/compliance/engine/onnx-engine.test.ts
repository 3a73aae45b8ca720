import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { engineCompliance } from './engine-suite.ts'

engineCompliance('ONNX Runtime in a child process', () => createOnnxEngine())

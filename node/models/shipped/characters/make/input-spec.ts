import type { InkSpec } from '../../ink-plane.ts'
import { INPUT_SIDE } from './network.ts'

/** As MNIST frames its digits: 20 pixels of ink in a square of 28. Written into model.json, from where inference reads it. */
export const inkSpec: InkSpec = { sidePixels: INPUT_SIDE, inkSidePixels: 20, inkThreshold: 0.4 }

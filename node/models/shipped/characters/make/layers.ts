/**
 * The layers of the network, one picture at a time, forward and backward. Plain loops over Float64Array: fast enough here (some
 * 300 pictures a second and core, their distortion included), and the same numbers on every machine.
 *
 * Planes are stored with their padding, so that a 3 x 3 window never leaves them: `side` squared values a channel, of which the
 * outer ring of `pad` stays 0.
 */

export interface Planes {
  readonly channels: number
  /** With padding. */
  readonly side: number
  readonly pad: 0 | 1
  readonly values: Float64Array
  /** d loss / d values. */
  readonly gradient: Float64Array
}

export function planes(channels: number, innerSide: number, pad: 0 | 1): Planes {
  const side = innerSide + 2 * pad
  const size = channels * side * side
  return { channels, side, pad, values: new Float64Array(size), gradient: new Float64Array(size) }
}

/** Views of the shared parameters and of this shard's gradients, which add up over the pictures of a batch. */
export interface Weights {
  /** ONNX order: output, input, then rows and columns of the window. */
  readonly values: Float64Array
  readonly bias: Float64Array
  readonly gradient: Float64Array
  readonly biasGradient: Float64Array
}

/** 3 x 3, stride 1, without padding of its own, then ReLU: `output` is two smaller than `input` with its padding. */
export function convolve(input: Planes, weights: Weights, output: Planes): void {
  const side = input.side
  const inner = side - 2
  const sums = new Float64Array(inner * inner)
  for (let o = 0; o < output.channels; o++) {
    sums.fill(weights.bias[o]!)
    for (let i = 0; i < input.channels; i++) {
      const plane = input.values.subarray(i * side * side, (i + 1) * side * side)
      addWindow(plane, side, weights.values.subarray((o * input.channels + i) * 9), sums)
    }
    writeRelu(sums, inner, output, o)
  }
}

function addWindow(plane: Float64Array, side: number, w: Float64Array, sums: Float64Array): void {
  const inner = side - 2
  const w0 = w[0]!
  const w1 = w[1]!
  const w2 = w[2]!
  const w3 = w[3]!
  const w4 = w[4]!
  const w5 = w[5]!
  const w6 = w[6]!
  const w7 = w[7]!
  const w8 = w[8]!
  for (let y = 0; y < inner; y++) {
    let a = y * side
    let b = a + side
    let c = b + side
    let out = y * inner
    let a0 = plane[a]!
    let a1 = plane[a + 1]!
    let b0 = plane[b]!
    let b1 = plane[b + 1]!
    let c0 = plane[c]!
    let c1 = plane[c + 1]!
    for (const end = out + inner; out < end; out++, a++, b++, c++) {
      const a2 = plane[a + 2]!
      const b2 = plane[b + 2]!
      const c2 = plane[c + 2]!
      sums[out]! += w0 * a0 + w1 * a1 + w2 * a2 + w3 * b0 + w4 * b1 + w5 * b2 + w6 * c0 + w7 * c1 + w8 * c2
      a0 = a1
      a1 = a2
      b0 = b1
      b1 = b2
      c0 = c1
      c1 = c2
    }
  }
}

function writeRelu(sums: Float64Array, inner: number, output: Planes, channel: number): void {
  const { side, pad, values } = output
  for (let y = 0; y < inner; y++) {
    let at = channel * side * side + (y + pad) * side + pad
    for (let x = 0; x < inner; x++) values[at++] = Math.max(0, sums[y * inner + x]!)
  }
}

/** A pooling leaves at most one gradient in four and a ReLU fewer, so only those that are left are followed. */
export function convolveBackward(input: Planes, weights: Weights, output: Planes, toInput: boolean): void {
  const side = input.side
  const at = new Int32Array((side - 2) ** 2)
  const g = new Float64Array(at.length)
  if (toInput) input.gradient.fill(0)
  for (let o = 0; o < output.channels; o++) {
    const count = gatherGradients(output, o, side, at, g)
    let bias = 0
    for (let k = 0; k < count; k++) bias += g[k]!
    weights.biasGradient[o]! += bias
    for (let i = 0; i < input.channels; i++) {
      const plane = i * side * side
      const w = (o * input.channels + i) * 9
      addWeightGradient(input.values, plane, side, at, g, count, weights.gradient, w)
      if (toInput) addInputGradient(input.gradient, plane, side, at, g, count, weights.values, w)
    }
  }
}

/** Where the output is above 0 and has a gradient: the window's corner in the input, and the gradient. */
function gatherGradients(output: Planes, channel: number, side: number, at: Int32Array, g: Float64Array): number {
  const inner = side - 2
  let count = 0
  for (let y = 0; y < inner; y++) {
    const row = (channel * output.side + y + output.pad) * output.side + output.pad
    for (let x = 0; x < inner; x++) {
      const gradient = output.gradient[row + x]!
      if (gradient === 0 || output.values[row + x]! <= 0) continue
      at[count] = y * side + x
      g[count++] = gradient
    }
  }
  return count
}

function addWeightGradient(
  values: Float64Array,
  plane: number,
  side: number,
  at: Int32Array,
  g: Float64Array,
  count: number,
  gradient: Float64Array,
  w: number,
): void {
  const [s0, s1, s2] = [plane, plane + side, plane + 2 * side]
  let d0 = 0
  let d1 = 0
  let d2 = 0
  let d3 = 0
  let d4 = 0
  let d5 = 0
  let d6 = 0
  let d7 = 0
  let d8 = 0
  for (let k = 0; k < count; k++) {
    const p = at[k]!
    const q = g[k]!
    d0 += q * values[s0 + p]!
    d1 += q * values[s0 + p + 1]!
    d2 += q * values[s0 + p + 2]!
    d3 += q * values[s1 + p]!
    d4 += q * values[s1 + p + 1]!
    d5 += q * values[s1 + p + 2]!
    d6 += q * values[s2 + p]!
    d7 += q * values[s2 + p + 1]!
    d8 += q * values[s2 + p + 2]!
  }
  gradient[w]! += d0
  gradient[w + 1]! += d1
  gradient[w + 2]! += d2
  gradient[w + 3]! += d3
  gradient[w + 4]! += d4
  gradient[w + 5]! += d5
  gradient[w + 6]! += d6
  gradient[w + 7]! += d7
  gradient[w + 8]! += d8
}

function addInputGradient(
  gradient: Float64Array,
  plane: number,
  side: number,
  at: Int32Array,
  g: Float64Array,
  count: number,
  weights: Float64Array,
  w: number,
): void {
  const [s0, s1, s2] = [plane, plane + side, plane + 2 * side]
  const w0 = weights[w]!
  const w1 = weights[w + 1]!
  const w2 = weights[w + 2]!
  const w3 = weights[w + 3]!
  const w4 = weights[w + 4]!
  const w5 = weights[w + 5]!
  const w6 = weights[w + 6]!
  const w7 = weights[w + 7]!
  const w8 = weights[w + 8]!
  for (let k = 0; k < count; k++) {
    const p = at[k]!
    const q = g[k]!
    gradient[s0 + p]! += q * w0
    gradient[s0 + p + 1]! += q * w1
    gradient[s0 + p + 2]! += q * w2
    gradient[s1 + p]! += q * w3
    gradient[s1 + p + 1]! += q * w4
    gradient[s1 + p + 2]! += q * w5
    gradient[s2 + p]! += q * w6
    gradient[s2 + p + 1]! += q * w7
    gradient[s2 + p + 2]! += q * w8
  }
}

/** The greatest of each 2 x 2, without overlap; the ties of flat background go to the first. */
export function pool(input: Planes, output: Planes): void {
  eachPooled(input, output, (from, to) => {
    output.values[to] = input.values[from]!
  })
}

export function poolBackward(input: Planes, output: Planes): void {
  input.gradient.fill(0)
  eachPooled(input, output, (from, to) => {
    input.gradient[from] = output.gradient[to]!
  })
}

function eachPooled(input: Planes, output: Planes, visit: (from: number, to: number) => void): void {
  const inner = output.side - 2 * output.pad
  const { side, pad, values } = input
  for (let c = 0; c < input.channels; c++) {
    for (let y = 0; y < inner; y++) {
      for (let x = 0; x < inner; x++) {
        const first = (c * side + 2 * y + pad) * side + 2 * x + pad
        let best = first
        if (values[first + 1]! > values[best]!) best = first + 1
        if (values[first + side]! > values[best]!) best = first + side
        if (values[first + side + 1]! > values[best]!) best = first + side + 1
        visit(best, (c * output.side + y + output.pad) * output.side + x + output.pad)
      }
    }
  }
}

/** One row of weights for each output. `input` has no padding. */
export function multiply(input: Planes, weights: Weights, output: Float64Array): void {
  const size = input.values.length
  for (let o = 0; o < output.length; o++) {
    let sum = weights.bias[o]!
    for (let i = 0; i < size; i++) sum += weights.values[o * size + i]! * input.values[i]!
    output[o] = sum
  }
}

export function multiplyBackward(input: Planes, weights: Weights, outputGradient: Float64Array): void {
  const size = input.values.length
  input.gradient.fill(0)
  for (let o = 0; o < outputGradient.length; o++) {
    const g = outputGradient[o]!
    weights.biasGradient[o]! += g
    for (let i = 0; i < size; i++) {
      weights.gradient[o * size + i]! += g * input.values[i]!
      input.gradient[i]! += g * weights.values[o * size + i]!
    }
  }
}

/** What the node tells an engine child when it starts it: one place for the side that writes it and the side that reads it. */
import { extname } from 'node:path'
import { type KernelSet, kernelSets } from '../kernels.ts'

/** Socket pair for frames. */
export const CHANNEL_FD = 3
/** Pipe that ends with the node. */
export const LIFELINE_FD = 4

export interface ChildArguments {
  readonly modelPath: string
  readonly threads: number
  readonly kernels: KernelSet
  readonly outputBytesMax: number
  /** True where a thread of the child watches for the node's end. */
  readonly lifeline: boolean
}

export const childArguments = (settings: ChildArguments): readonly string[] => [
  settings.modelPath,
  String(settings.threads),
  String(settings.outputBytesMax),
  settings.lifeline ? 'lifeline' : 'signal',
  settings.kernels,
]

export function parseChildArguments(texts: readonly string[]): ChildArguments {
  const [modelPath, threads, outputBytesMax, ending, kernels] = texts
  if (modelPath === undefined) throw new RangeError('an engine child is started by its node')
  return {
    modelPath,
    threads: Number(threads),
    outputBytesMax: Number(outputBytesMax),
    lifeline: ending === 'lifeline',
    kernels: kernelSets.find((one) => one === kernels) ?? 'cpu',
  }
}

/** A module of the child, by its own place: it may read this folder, and not where node/module-beside.ts lies. */
export const childUrl = (name: 'main' | 'lifeline'): URL =>
  new URL(`./child/${name}${extname(import.meta.url)}`, import.meta.url)
